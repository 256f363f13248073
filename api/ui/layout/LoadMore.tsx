import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../controls/Button.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import './layout.css';

const texts = defineTexts({ more: { en: 'Show more', 'zh-CN': '显示更多' } });

interface LoadMoreProps {
  hasMore: boolean;
  busy: boolean;
  onLoad: () => void;
  /** Loads by itself when it comes near; the button stays for the keyboard. */
  auto?: boolean;
}

export function LoadMore({ hasMore, busy, onLoad, auto }: LoadMoreProps) {
  const place = useRef<HTMLDivElement>(null);
  const load = useRef(onLoad);
  load.current = onLoad;
  useEffect(() => {
    if (!auto || !hasMore || busy || !place.current) return;
    const watch = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && load.current(),
      { rootMargin: '600px' },
    );
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [auto, hasMore, busy]);
  if (!hasMore) return null;
  return (
    <div class="sg-load-more" ref={place}>
      <Button look="quiet" busy={busy} onClick={onLoad}>
        {texts.more}
      </Button>
    </div>
  );
}
