import { type Clock, sleepBy } from '@star-graph/core/ground/runtime/clock';

export interface MovableClock extends Clock {
  /** Advances time at once and runs due work. */
  advance(ms: number): void;
}

/** Limits of answers are as short as this. */
const shortWaitMs = 3_000;
const turnMs = 50;
/** More of one turn is time in which a busy machine did not let this process run, with all that is waited for in it. */
const longestTurnMs = 100;

/** A short wait is that of a process which gets its turns. */
function wait(ms: number, act: () => void): () => void {
  if (ms > shortWaitMs) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  }
  let leftMs = ms;
  let timer: ReturnType<typeof setTimeout>;
  const takeTurn = () => {
    const begunMs = performance.now();
    const end = () => {
      leftMs -= Math.min(performance.now() - begunMs, longestTurnMs);
      if (leftMs > 0) takeTurn();
      else act();
    };
    timer = setTimeout(end, Math.min(leftMs, turnMs));
  };
  takeTurn();
  return () => clearTimeout(timer);
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
    const end = wait(ms, entry.run);
    const cancel = () => {
      end();
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
