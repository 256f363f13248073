import { type Clock, sleepBy } from '@star-graph/core/runtime/clock';

export interface MovableClock extends Clock {
  /** Advances time at once and runs due work. */
  advance(ms: number): void;
}

/** Runs with the machine's clock and can be moved ahead of it. */
export function createMovableClock(): MovableClock {
  let aheadMs = 0;
  const pending = new Set<{ dueMs: number; run: () => void }>();
  const monotonicMs = () => performance.now() + aheadMs;

  function after(ms: number, act: () => void): () => void {
    const entry = {
      dueMs: monotonicMs() + ms,
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
  }

  return {
    now: () => new Date(Date.now() + aheadMs),
    monotonicMs,
    after,
    sleep: sleepBy(after),
    advance(ms) {
      aheadMs += ms;
      for (const entry of pending) if (entry.dueMs <= monotonicMs()) entry.run();
    },
  };
}
