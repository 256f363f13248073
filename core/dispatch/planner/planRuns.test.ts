import { describe, expect, test } from 'vitest';
import { type Arrival, simulatePool } from '../../testing/dispatch/simulatePool.ts';
import { quantumSeconds } from './fairShare.ts';
import { createResidency } from './residency.ts';

const [modelA, modelB] = [createResidency(['checkpoints/a']), createResidency(['checkpoints/b'])];
const loadOnceSeconds = 10;
const runSeconds = 5;
/** Of the simulated pool. */
const longestWaitSeconds = 600;

const arrivals = (count: number, toArrival: (index: number) => Partial<Arrival>): Arrival[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `t${String(index).padStart(4, '0')}`,
    userId: 'u1',
    residency: modelA,
    estimateSeconds: runSeconds,
    atSeconds: 0,
    ...toArrival(index),
  }));

describe('a pool that is planned for', () => {
  test('gives each of two models a backend and loads each once', () => {
    const inTurns = arrivals(200, (index) => ({
      residency: index % 2 === 0 ? modelA : modelB,
      userId: `u${index % 7}`,
      atSeconds: index * 3,
    }));
    const run = simulatePool(inTurns, 2);
    expect(run.waits.size).toBe(200);
    expect(run.loads).toBe(2);
  });

  test('serves two models that all want, loading each once', () => {
    const inTurns = arrivals(200, (index) => ({
      residency: index % 2 === 0 ? modelA : modelB,
      userId: `u${index % 7}`,
    }));
    const run = simulatePool(inTurns, 1);
    expect(run.waits.size).toBe(200);
    expect(run.loads).toBe(2);
  });

  test('lets no head of a line wait past the limit for models', () => {
    const behind = arrivals(600, (index) => ({
      residency: index % 2 === 0 ? modelA : modelB,
      userId: `u${index % 7}`,
    }));
    const run = simulatePool(behind, 1);
    const firstOf = (offset: number) => run.waits.get(behind[offset]?.id ?? '') ?? Number.NaN;
    // What began before the limit and what was prefetched ends, then the models load.
    const longest = longestWaitSeconds + 2 * runSeconds + loadOnceSeconds + runSeconds;
    expect(Math.max(firstOf(0), firstOf(1))).toBeLessThanOrEqual(longest);
    expect(run.loadingSeconds).toBeLessThanOrEqual(run.lengthSeconds / 20);
  });

  test('spreads a flood of one model over all backends', () => {
    const run = simulatePool(
      arrivals(100, () => ({})),
      4,
    );
    expect(run.loads).toBe(4);
    expect(run.lengthSeconds).toBeLessThanOrEqual((100 / 4) * runSeconds + loadOnceSeconds + runSeconds);
  });

  test("lets another person's task through a flood after the quantum", () => {
    const flood = arrivals(300, (index) =>
      index === 299 ? { userId: 'u2', residency: modelB, atSeconds: 1 } : {},
    );
    const run = simulatePool(flood, 1);
    // What was given before it came, one more that began within the quantum, and one that was prefetched.
    const longest = quantumSeconds(2, runSeconds) + 3 * runSeconds + loadOnceSeconds + runSeconds;
    expect(run.waits.get('t0299')).toBeLessThanOrEqual(longest);
  });

  test('warms a second backend for short tasks that are wanted steadily', () => {
    // Sixteen are always in flight, and one backend is done with each sooner than another could load the models.
    const steady = arrivals(1_000, (index) => ({
      estimateSeconds: 0.4,
      atSeconds: Math.max(0, index - 16) * 0.2,
    }));
    const run = simulatePool(steady, 2);
    expect(run.loads).toBe(2);
    expect(run.lengthSeconds).toBeLessThan(0.7 * 1_000 * 0.4);
  });
});
