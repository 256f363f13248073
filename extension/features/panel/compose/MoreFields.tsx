import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { isMoreOpenItem } from '../../settings/presets.ts';

/**
 * The fields that few people change. Stays as the person left it, and opens for a field that is invalid: the browser
 * refuses the form for it, and has no place to say why while it is folded away.
 */
export function MoreFields({ children }: { children: ComponentChildren }) {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const details = element.current;
    if (!details) return;
    // One that the person has opened meanwhile stays open.
    void isMoreOpenItem.getValue().then((isOpen) => {
      if (isOpen) details.open = true;
    });
    const unfold = () => {
      details.open = true;
    };
    // The event does not bubble.
    details.addEventListener('invalid', unfold, true);
    return () => details.removeEventListener('invalid', unfold, true);
  }, []);
  return (
    <details
      ref={element}
      class="more"
      onToggle={({ currentTarget }) => void isMoreOpenItem.setValue(currentTarget.open)}
    >
      <summary>{translate('advanced')}</summary>
      <div class="fields">{children}</div>
    </details>
  );
}
