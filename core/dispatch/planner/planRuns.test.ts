import { describe, expect, it } from 'vitest';
import { type Arrival, simulatePool } from '../../testing/dispatch/simulatePool.ts';
import { createResidency } from './residency.ts';

const [modelA, modelB] = [createResidency(['checkpoints/a']), createResidency(['checkpoints/b'])];
const loadOnceSeconds = 10;
const runSeconds = 5;

const arrivals = (count: number, toArrival: (index: number) => Partial<Arrival>): Arrival[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `t${String(index).padStart(4, '0')}`,
    userId: 'u1',
    residency: modelA,
    estimateSeconds: runSeconds,
    atSeconds: 0,
    ...toArrival(index),
  }));

/** The last stay may end early, without more tasks. */
function expectFifth({ loadingSeconds, lengthSeconds }: ReturnType<typeof simulatePool>): void {
  expect(loadingSeconds).toBeLessThanOrEqual(lengthSeconds / 5 + loadOnceSeconds);
}

describe('a pool that is planned for', () => {
  it('gives each of two models a backend and loads each once', () => {
    const inTurns = arrivals(200, (index) => ({
      residency: index % 2 === 0 ? modelA : modelB,
      userId: `u${index % 7}`,
      atSeconds: index * 3,
    }));
    const run = simulatePool(inTurns, 2);
    expect(run.waits.size).toBe(200);
    expect(run.loads).toBe(2);
  });

  it('serves two models, loading at most a fifth of the time', () => {
    const inTurns = arrivals(200, (index) => ({
      residency: index % 2 === 0 ? modelA : modelB,
      userId: `u${index % 7}`,
    }));
    const run = simulatePool(inTurns, 1);
    expect(run.waits.size).toBe(200);
    expectFifth(run);
    // Neither waits until the other is done completely.
    const firstOf = (offset: number) => run.waits.get(inTurns[offset]?.id ?? '') ?? Number.NaN;
    expect(Math.max(firstOf(0), firstOf(1))).toBeLessThan(run.lengthSeconds / 4);
  });

  it('spreads a flood of one model over all backends', () => {
    const run = simulatePool(
      arrivals(100, () => ({})),
      4,
    );
    expect(run.loads).toBe(4);
    expect(run.lengthSeconds).toBeLessThanOrEqual((100 / 4) * runSeconds + loadOnceSeconds + runSeconds);
  });

  it("lets another model's task through once the flood repaid its load", () => {
    const flood = arrivals(300, (index) =>
      index === 299 ? { userId: 'u2', residency: modelB, atSeconds: 1 } : {},
    );
    const run = simulatePool(flood, 1);
    const repaid = 4 * loadOnceSeconds;
    // Tasks that are already prefetched come before it.
    const longest = loadOnceSeconds + repaid + 2 * runSeconds + loadOnceSeconds + runSeconds;
    expect(run.waits.get('t0299')).toBeLessThanOrEqual(longest);
  });

  it('gets no slower by being far behind', () => {
    const behind = arrivals(600, (index) => ({
      residency: index % 2 === 0 ? modelA : modelB,
      userId: `u${index % 7}`,
    }));
    // Most of these wait longer than the limit.
    expectFifth(simulatePool(behind, 1));
  });
});
