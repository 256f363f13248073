import { describe, expect, test } from 'vitest';
import { type Arrival, simulatePool } from '../../../testing/dispatch/simulatePool.ts';
import { quantumSeconds, widestQuantumSeconds } from './fairShare.ts';
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

  test('gives a person of twice the weight twice the GPU time', () => {
    const both = arrivals(200, (index) => ({ userId: index % 2 === 0 ? 'u1' : 'u2' }));
    const policies = new Map([['u2', { weight: 2, simultaneousTasks: null }]]);
    const run = simulatePool(both, 1, undefined, policies);
    const lastOf = (offset: number) =>
      Math.max(...both.flatMap(({ id }, index) => (index % 2 === offset ? (run.waits.get(id) ?? 0) : [])));
    const half = 100 * runSeconds;
    // When all of the heavier person's tasks are done, the other one has half as many.
    const expected = half + half / 2;
    const bound = widestQuantumSeconds(2, runSeconds) + runSeconds + loadOnceSeconds;
    expect(Math.abs(lastOf(1) - expected)).toBeLessThanOrEqual(2 * bound);
    expect(lastOf(0)).toBeGreaterThanOrEqual(2 * half);
  });

  test('holds a person back at their limit and nobody behind them', () => {
    const policies = new Map([['u1', { weight: 1, simultaneousTasks: 1 }]]);
    const alone = simulatePool(
      arrivals(60, () => ({})),
      4,
      undefined,
      policies,
    );
    // One after the other on what is loaded, though three backends are idle.
    expect(alone.loads).toBe(1);
    expect(alone.lengthSeconds).toBe(loadOnceSeconds + 60 * runSeconds);
    const others = arrivals(160, (index) => (index < 60 ? {} : { userId: `u${index}` }));
    const run = simulatePool(others, 4, undefined, policies);
    const waits = others.slice(60).map(({ id }) => run.waits.get(id) ?? Number.NaN);
    expect(Math.max(...waits)).toBeLessThanOrEqual((100 / 3) * runSeconds + loadOnceSeconds + 2 * runSeconds);
    expect(run.waits.size).toBe(160);
  });
});
