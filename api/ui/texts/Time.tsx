import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatExact, formatRelative } from './formats.ts';

/** The minute that all times on the page are told from. */
const now = signal(Date.now());
let shown = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function followTime(): () => void {
  shown += 1;
  now.value = Date.now();
  timer ??= setInterval(() => {
    now.value = Date.now();
  }, 30_000);
  return () => {
    shown -= 1;
    if (shown > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** 3 hours ago, with the exact time on hover. */
export function Time({ at }: { at: string | Date | number }) {
  useEffect(followTime, []);
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatRelative(at, Math.max(now.value, Date.now()))}
    </time>
  );
}
