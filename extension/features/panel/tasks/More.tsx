import { useEffect, useRef } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';

/**
 * Asks for the next page when it comes into view, and again when it comes into view again: after a failure the person
 * scrolls. Keyed by its page; otherwise every render of the list would ask.
 */
export function More({ onSeen }: { onSeen(): void }) {
  const mark = useRef<HTMLParagraphElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && seen.current(),
    );
    if (mark.current) observer.observe(mark.current);
    return () => observer.disconnect();
  }, []);
  return (
    <p ref={mark} class="faint">
      {translate('loadingMore')}
    </p>
  );
}
