import { type Clock, sleepBy, systemClock } from '../ground/runtime/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time on and runs what is due, in order. */
  advance(ms: number): Promise<void>;
}

/** Far from the ends of the day, for what is counted by days. */
export const noonOfToday = (): Date => new Date(new Date().setUTCHours(12, 0, 0, 0));

/**
 * Runs as the system's clock does, from noon on: an API that counts by days meets no end of one. It is for no dispatcher:
 * one whose clock is more than a minute off the database's does not lead, and its tasks wait for ever.
 */
export function createClockFromNoon(): Clock {
  const aheadMs = noonOfToday().getTime() - Date.now();
  return { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
}

/** A clock that stands still until it is told to move. */
export function createManualClock(start = new Date('2026-01-01T00:00:00.000Z')): ManualClock {
  let elapsedMs = 0;
  const pending = new Set<{ dueMs: number; act: () => void }>();

  function after(ms: number, act: () => void): () => void {
    const entry = { dueMs: elapsedMs + ms, act };
    pending.add(entry);
    return () => void pending.delete(entry);
  }

  return {
    now: () => new Date(start.getTime() + elapsedMs),
    monotonicMs: () => elapsedMs,
    after,
    sleep: sleepBy(after),
    async advance(ms) {
      const targetMs = elapsedMs + ms;
      for (;;) {
        const next = [...pending].filter((it) => it.dueMs <= targetMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (!next) break;
        pending.delete(next);
        elapsedMs = Math.max(elapsedMs, next.dueMs);
        next.act();
        // Lets the woken code run up to its next await before time moves on.
        await new Promise(setImmediate);
      }
      elapsedMs = targetMs;
    },
  };
}
