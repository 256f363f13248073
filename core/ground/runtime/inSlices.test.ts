import { expect, test } from 'vitest';
import { inSlices } from './inSlices.ts';

/** Each step takes so long on a clock of its own. */
function workOf(steps: number, stepMs: number) {
  let nowMs = 0;
  const done: number[] = [];
  function* work(): Generator<undefined, string> {
    for (let step = 1; step <= steps; step += 1) {
      nowMs += stepMs;
      done.push(step);
      yield;
    }
    return 'done';
  }
  return { done, clock: { monotonicMs: () => nowMs }, work: work() };
}

test('other work runs between the slices of a long one', async () => {
  const { done, clock, work } = workOf(12, 2);
  const seen: number[] = [];
  const watch = () => {
    seen.push(done.length);
    if (done.length < 12) setImmediate(watch);
  };
  setImmediate(watch);
  expect(await inSlices(clock, work)).toBe('done');
  expect(seen).toEqual(expect.arrayContaining([3, 6, 9]));
});

test('short work is done at once', () => {
  const { done, clock, work } = workOf(12, 0.1);
  const result = inSlices(clock, work);
  expect(done).toHaveLength(12);
  return expect(result).resolves.toBe('done');
});
