import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { language } from '@star-graph/ui/texts/language';
import { Megaphone, X } from 'lucide';
import { useState } from 'preact/hooks';
import { useResource } from '../data/useResource.ts';
import { api } from '../session/session.ts';

const texts = defineTexts({ hide: { en: 'Hide this notice', 'zh-CN': '隐藏此公告' } });
const storageKey = 'hidden-announcements';

/** What the operator announces, above every view until the person hides it. */
export function Announcements() {
  const { value } = useResource(() => api.listAnnouncements(), []);
  const [hidden, setHidden] = useState(readHidden);
  const shown = (value?.items ?? []).filter(({ id }) => !hidden.includes(id));
  const hide = (id: string) => {
    const next = [...hidden, id];
    setHidden(next);
    localStorage.setItem(storageKey, JSON.stringify(next));
  };
  return (
    <>
      {shown.map(({ id, message }) => (
        <div class="shell-notice" key={id} role="status">
          <Icon icon={Megaphone} />
          <span class="shell-notice-text">{message[language.value]}</span>
          <IconButton icon={X} size="small" label={texts.hide} onClick={() => hide(id)} />
        </div>
      ))}
    </>
  );
}

function readHidden(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    // Somebody else wrote there.
    return [];
  }
}
