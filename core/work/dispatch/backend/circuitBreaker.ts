import type { Clock } from '../../../ground/runtime/clock.ts';

/**
 * The states of a backend's circuit breaker.
 *
 * `closed` lets tasks through. When more than half of the ends in its window were faults it opens: `open` lets nothing
 * through for a while. Then `half-open` lets one task through at a time: a success closes the breaker and empties the
 * window, a fault or the doubts of two users open it again for twice as long, up to the longest. A recycle empties the
 * window and makes `open` half-open. A backend that was seen to execute nothing, or that delivered what proves it broken,
 * opens it at once.
 *
 *     closed → open → half-open → closed
 *               ↑         ↓
 *               ←─────────
 */
export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * How an attempt ended here. `fault`: the backend caused it. `doubt`: the backend or the task caused it; one attempt
 * cannot tell which.
 *
 * A doubt counts as a fault, but each user has only one: a later end of theirs replaces it. So one user's tasks that
 * fail everywhere never open the breaker. On a backend where all tasks fail it opens as soon as enough users had a
 * failure. Other backends show it sooner: a task that was doubted here and then succeeded elsewhere is recorded as a
 * `fault`.
 */
type BreakerEnd = 'success' | 'fault' | 'doubt';

export interface CircuitBreaker {
  readonly state: BreakerState;
  /** What it was opened for, in words for operators; undefined: for its ends, or closed. */
  readonly proof: string | undefined;
  /** Ends that say nothing about the backend are not recorded. */
  record(end: BreakerEnd, userId: string): void;
  /** Opens it whatever the window holds, and an open one stays as it is. @param proof in words for operators. */
  trip(proof?: string): void;
  /** The backend was made afresh: earlier faults say nothing about it, and an open breaker lets one task through now. */
  renew(): void;
}

const windowMs = 5 * 60_000;
const windowSize = 10;
/** Fewer ends prove nothing. */
const leastEnds = 4;
const leastDoubtsHalfOpen = 2;
const firstOpenMs = 15_000;
const longestOpenMs = 5 * 60_000;

export function createCircuitBreaker(clock: Pick<Clock, 'monotonicMs'>): CircuitBreaker {
  let ends: { atMs: number; end: BreakerEnd; userId: string }[] = [];
  let opened: { untilMs: number; lengthMs: number } | undefined;
  let proof: string | undefined;

  const currentState = (): BreakerState => {
    if (!opened) return 'closed';
    return clock.monotonicMs() < opened.untilMs ? 'open' : 'half-open';
  };
  const open = (lengthMs: number): void => {
    opened = { untilMs: clock.monotonicMs() + lengthMs, lengthMs };
    ends = [];
  };
  const openLonger = (lengthMs: number): void => open(Math.min(longestOpenMs, lengthMs * 2));
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
    get proof() {
      return opened && proof;
    },
    renew() {
      ends = [];
      if (opened) opened.untilMs = clock.monotonicMs();
    },
    trip(of) {
      proof = of;
      if (!opened) open(firstOpenMs);
      else if (currentState() === 'half-open') openLonger(opened.lengthMs);
    },
    record(end, userId) {
      const state = currentState();
      // While it is open, only what began before can end; the half-open state decides.
      if (state === 'open') return;
      add(end, userId);
      if (!opened) {
        proof = undefined;
        if (ends.length >= leastEnds && countFaults() > ends.length / 2) open(firstOpenMs);
      } else if (end === 'success') {
        opened = undefined;
        ends = [];
      } else if (end === 'fault' || countFaults() >= leastDoubtsHalfOpen) openLonger(opened.lengthMs);
    },
  };
}
