import type { AnnouncementView } from '@star-graph/contract/platform/announcements';
import type { listAnnouncements } from '@star-graph/core/desk/announcements';

type Announcement = Awaited<ReturnType<typeof listAnnouncements>>[number];

export const presentAnnouncement = ({
  id,
  message,
  createdAt,
  expiresAt,
}: Announcement): AnnouncementView => ({
  id,
  message: { en: message.en ?? '', 'zh-CN': message['zh-CN'] ?? '' },
  createdAt: createdAt.toISOString(),
  ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
});
