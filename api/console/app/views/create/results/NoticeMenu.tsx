import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Bell, BellRing } from 'lucide';
import { type NoticeKind, noticeKinds, noticeWishes, wishNotice } from '../../../shell/endNotices.ts';
import { texts } from './texts.ts';

/** How a person hears of what ends while they are elsewhere. */
export function NoticeMenu() {
  const wishes = noticeWishes.value;
  const toggle = async (kind: NoticeKind) => {
    if (!(await wishNotice(kind, !wishes.has(kind)))) showToast({ tone: 'bad', text: texts.noticeRefused });
  };
  return (
    <Menu
      label={texts.notices}
      placement="bottom-end"
      items={noticeKinds.map((kind) => ({
        id: kind,
        label: texts[kind],
        checked: wishes.has(kind),
        onSelect: () => void toggle(kind),
      }))}
      trigger={(attributes) => (
        <IconButton
          {...attributes}
          icon={wishes.size > 0 ? BellRing : Bell}
          size="small"
          label={texts.notices}
        />
      )}
    />
  );
}
