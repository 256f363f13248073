import type { Clock } from '../runtime/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time on and wakes the sleepers that are due, in order. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still until it is told to move. */
export function createManualClock(start = new Date('2026-01-01T00:00:00.000Z')): ManualClock {
  let elapsedMs = 0;
  let sleepers: { dueMs: number; wake: () => void }[] = [];
  return {
    now: () => new Date(start.getTime() + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { dueMs: elapsedMs + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            sleepers = sleepers.filter((other) => other !== sleeper);
            reject(signal.reason);
          },
          { once: true },
        );
      });
    },
    async advance(ms) {
      const targetMs = elapsedMs + ms;
      for (;;) {
        const next = sleepers.filter((s) => s.dueMs <= targetMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (!next) break;
        sleepers = sleepers.filter((s) => s !== next);
        elapsedMs = Math.max(elapsedMs, next.dueMs);
        next.wake();
        // Lets the woken code run up to its next await before time moves on.
        await new Promise(setImmediate);
      }
      elapsedMs = targetMs;
    },
  };
}
