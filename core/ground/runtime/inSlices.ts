import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** Leases are renewed and answers are read in between. */
const sliceMs = 5;

/** Does long work a few steps at a time: whatever else is due runs between two slices. */
export async function inSlices<Result>(
  clock: Pick<Clock, 'monotonicMs'>,
  work: Generator<undefined, Result>,
): Promise<Result> {
  const slices = createSlices(clock);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (slices.isOver()) await slices.next();
  }
}

/** Divides long work that is no generator. */
export function createSlices(clock: Pick<Clock, 'monotonicMs'>) {
  let endsAtMs = clock.monotonicMs() + sliceMs;
  return {
    isOver: () => clock.monotonicMs() >= endsAtMs,
    async next(): Promise<void> {
      await setImmediate();
      endsAtMs = clock.monotonicMs() + sliceMs;
    },
  };
}
