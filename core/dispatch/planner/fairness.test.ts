import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Arrival, simulatePool } from '../../testing/dispatch/simulatePool.ts';
import { quantumSeconds } from './fairShare.ts';
import { plan } from './plan.ts';
import { createResidency } from './residency.ts';

const models = ['a', 'b', 'c'].map((name) => createResidency([`checkpoints/${name}`]));
const loadSeconds = 10;
const longestTask = 30;
const people = ['u1', 'u2', 'u3', 'u4', 'u5'];

const anyArrivals = fc
  .array(
    fc.record({
      userId: fc.constantFrom(...people),
      residency: fc.constantFrom(...models),
      estimateSeconds: fc.integer({ min: 1, max: longestTask }),
      atSeconds: fc.integer({ min: 0, max: 300 }),
    }),
    { minLength: 20, maxLength: 120 },
  )
  .map((all): Arrival[] => all.map((one, index) => ({ ...one, id: `t${String(index).padStart(3, '0')}` })));

/**
 * The largest difference, after any plan, of what two people got who both wait. No task counts as one that waited too
 * long: such a task is given regardless of what its person got.
 */
function largestDifference(arrivals: readonly Arrival[], backends: number): number {
  let largest = 0;
  simulatePool(arrivals, backends, (given) => {
    const { assignments } = plan({ ...given, longestWaitMs: Number.POSITIVE_INFINITY });
    const served = new Map(given.servedSeconds);
    for (const { taskId, expectedSeconds } of assignments) {
      const userId = given.ready.find(({ id }) => id === taskId)?.userId ?? '';
      served.set(userId, (served.get(userId) ?? 0) + expectedSeconds);
    }
    const left = given.ready.filter(({ id }) => !assignments.some(({ taskId }) => taskId === id));
    const counters = [...new Set(left.map(({ userId }) => userId))].map((userId) => served.get(userId) ?? 0);
    if (counters.length > 1) largest = Math.max(largest, Math.max(...counters) - Math.min(...counters));
    return assignments;
  });
  return largest;
}

const bound = quantumSeconds(people.length, longestTask) + longestTask + loadSeconds;

test('two waiting people differ by quantum, longest task and load at most', () => {
  fc.assert(
    fc.property(anyArrivals, (arrivals) => {
      expect(largestDifference(arrivals, 1)).toBeLessThanOrEqual(bound);
    }),
  );
});

test('two people who wait differ by no more on several backends', () => {
  fc.assert(
    fc.property(anyArrivals, fc.integer({ min: 2, max: 4 }), (arrivals, backends) => {
      expect(largestDifference(arrivals, backends)).toBeLessThanOrEqual(bound);
    }),
  );
});

test('every task is done, whatever comes', () => {
  fc.assert(
    fc.property(anyArrivals, fc.integer({ min: 1, max: 4 }), (arrivals, backends) => {
      const run = simulatePool(arrivals, backends);
      expect(run.waits.size).toBe(arrivals.length);
    }),
  );
});
