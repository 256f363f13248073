import type { BotClock } from '../clock.ts';

export interface MovableClock extends BotClock {
  /** Lets time pass at once; what became due runs. */
  advance(ms: number): void;
}

/** Runs with the machine's clock and can be moved ahead of it. */
export function createMovableClock(): MovableClock {
  let aheadMs = 0;
  const pending = new Set<{ dueMs: number; run: () => void }>();
  const nowMs = () => Date.now() + aheadMs;
  return {
    nowMs,
    after(ms, act) {
      const entry = {
        dueMs: nowMs() + ms,
        run() {
          cancel();
          act();
        },
      };
      const timer = setTimeout(entry.run, ms);
      const cancel = () => {
        clearTimeout(timer);
        pending.delete(entry);
      };
      pending.add(entry);
      return cancel;
    },
    advance(ms) {
      aheadMs += ms;
      for (const entry of pending) if (entry.dueMs <= nowMs()) entry.run();
    },
  };
}
