import type { Clock } from '../../runtime/clock.ts';

/**
 * The states of a backend's circuit breaker.
 *
 * `closed` takes tasks. When more than half of the ends in its window were faults it opens: `resting` takes nothing for
 * a while. Then `trial` takes one task at a time: a success closes the breaker and empties the window, a fault or the
 * doubts of two users mean another rest, twice as long, up to the longest.
 *
 *     closed → resting → trial → closed
 *                  ↑        ↓
 *                  ←────────
 */
export type BreakerState = 'closed' | 'resting' | 'trial';

/**
 * How an attempt ended here. `fault`: by the backend's doing. `doubt`: by its doing or by the task's own, which nobody
 * can tell from one attempt.
 *
 * A doubt counts as a fault, but each user has only one: a later end of theirs takes its place. So one user's tasks that
 * fail everywhere never make a backend rest, and a backend on which everything fails rests as soon as enough users
 * have met it. Where the pool has other backends that is known sooner: a task that was doubted here and then succeeded
 * elsewhere is recorded as a `fault`.
 */
export type BreakerEnd = 'success' | 'fault' | 'doubt';

export interface CircuitBreaker {
  readonly state: BreakerState;
  /** Ends that say nothing about the backend are not recorded. */
  record(end: BreakerEnd, userId: string): void;
}

const windowMs = 5 * 60_000;
const windowSize = 10;
/** Fewer ends prove nothing. */
const leastEnds = 4;
const leastDoubtsOnTrial = 2;
const firstRestMs = 15_000;
const longestRestMs = 5 * 60_000;

export function createCircuitBreaker(clock: Pick<Clock, 'monotonicMs'>): CircuitBreaker {
  let ends: { atMs: number; end: BreakerEnd; userId: string }[] = [];
  let rest: { untilMs: number; lengthMs: number } | undefined;

  const currentState = (): BreakerState => {
    if (!rest) return 'closed';
    return clock.monotonicMs() < rest.untilMs ? 'resting' : 'trial';
  };
  const open = (lengthMs: number): void => {
    rest = { untilMs: clock.monotonicMs() + lengthMs, lengthMs };
    ends = [];
  };
  const add = (end: BreakerEnd, userId: string): void => {
    const atMs = clock.monotonicMs();
    ends = [...ends.filter((one) => one.end !== 'doubt' || one.userId !== userId), { atMs, end, userId }]
      .slice(-windowSize)
      .filter((one) => atMs - one.atMs <= windowMs);
  };
  const countFaults = (): number => ends.filter(({ end }) => end !== 'success').length;
  return {
    get state() {
      return currentState();
    },
    record(end, userId) {
      const state = currentState();
      // While it rests, only what began before can end; the trial has the word.
      if (state === 'resting') return;
      add(end, userId);
      if (!rest) {
        if (ends.length >= leastEnds && countFaults() > ends.length / 2) open(firstRestMs);
      } else if (end === 'success') {
        rest = undefined;
        ends = [];
      } else if (end === 'fault' || countFaults() >= leastDoubtsOnTrial)
        open(Math.min(longestRestMs, rest.lengthMs * 2));
    },
  };
}
