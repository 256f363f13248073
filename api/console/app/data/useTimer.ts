import { useEffect } from 'preact/hooks';

/** Calls again and again while the page is in view. */
export function useTimer(call: () => void, everyMs: number): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) call();
    }, everyMs);
    return () => clearInterval(timer);
  }, [call, everyMs]);
}
