import type { Clock } from '../clock.ts';

/**
 * The states of a backend's circuit breaker.
 *
 * `closed` takes tasks. When more than half of the attempts in its window were the backend's fault it opens: `resting`
 * takes nothing for a while. Then `trial` takes one task: its success closes the breaker and empties the window, its
 * fault means another rest, twice as long, up to the longest.
 *
 *     closed → resting → trial → closed
 *                  ↑        ↓
 *                  ←────────
 */
export type BreakerState = 'closed' | 'resting' | 'trial';

export interface Breaker {
  readonly state: BreakerState;
  /** An attempt ended here: `fault` when it was the backend's. Ends that say nothing about it are not recorded. */
  record(end: 'success' | 'fault'): void;
}

const windowMs = 5 * 60_000;
const windowSize = 10;
/** Fewer ends prove nothing. */
const leastEnds = 4;
const firstRestMs = 15_000;
const longestRestMs = 5 * 60_000;

export function createBreaker(clock: Pick<Clock, 'monotonicMs'>): Breaker {
  let ends: { atMs: number; isFault: boolean }[] = [];
  let rest: { untilMs: number; lengthMs: number } | undefined;

  const currentState = (): BreakerState => {
    if (!rest) return 'closed';
    return clock.monotonicMs() < rest.untilMs ? 'resting' : 'trial';
  };
  const open = (lengthMs: number): void => {
    rest = { untilMs: clock.monotonicMs() + lengthMs, lengthMs };
    ends = [];
  };
  const recordClosed = (isFault: boolean): void => {
    const atMs = clock.monotonicMs();
    ends = [...ends, { atMs, isFault }].slice(-windowSize).filter((end) => atMs - end.atMs <= windowMs);
    const faults = ends.filter((end) => end.isFault).length;
    if (ends.length >= leastEnds && faults > ends.length / 2) open(firstRestMs);
  };
  return {
    get state() {
      return currentState();
    },
    record(end) {
      const state = currentState();
      if (state === 'closed') recordClosed(end === 'fault');
      // While it rests, only what began before can end; the trial has the word.
      else if (state === 'trial' && end === 'success') rest = undefined;
      else if (state === 'trial' && rest) open(Math.min(longestRestMs, rest.lengthMs * 2));
    },
  };
}
