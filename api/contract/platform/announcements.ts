import { z } from 'zod';
import { idSchema, instantSchema, localizedTextSchema, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

export const announcementSchema = z
  .object({
    id: idSchema,
    message: localizedTextSchema,
    createdAt: timeSchema,
    expiresAt: timeSchema.optional(),
  })
  .meta({ id: 'Announcement' });
export type AnnouncementView = z.output<typeof announcementSchema>;
export const announcementListSchema = pageOf(announcementSchema);

export const newAnnouncementSchema = z.strictObject({
  message: z.strictObject({
    en: z.string().trim().min(1).max(1_000),
    'zh-CN': z.string().trim().min(1).max(1_000),
  }),
  expiresAt: instantSchema.optional(),
});
