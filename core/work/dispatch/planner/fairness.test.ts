import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Arrival, simulatePool } from '../../../testing/dispatch/simulatePool.ts';
import { widestQuantumSeconds } from './fairShare.ts';
import { plan } from './plan.ts';
import type { PersonPolicy } from './planInput.ts';
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

type Policies = ReadonlyMap<string, PersonPolicy>;
const everybody = <Value>(value: fc.Arbitrary<Value>) =>
  fc.tuple(...people.map((userId) => value.map((one) => [userId, one] as const))).map((all) => new Map(all));
const ordinary: Policies = new Map();
const anyWeights = everybody(
  fc.constantFrom(0.5, 1, 2, 5).map((weight) => ({ weight, simultaneousTasks: null })),
);
const anyPolicies = everybody(
  fc.record({
    weight: fc.constantFrom(0.5, 1, 2, 5),
    simultaneousTasks: fc.constantFrom(null, 1, 2, 3),
  }),
);

interface Seen {
  /** GPU-seconds by weight, after the plan. */
  served: ReadonlyMap<string, number>;
  /** The same since the beginning. */
  got: ReadonlyMap<string, number>;
  /** People who wait, after the plan. */
  waiting: ReadonlySet<string>;
  /** How many slots each person holds, after the plan. */
  held: ReadonlyMap<string, number>;
}

/** No task counts as one that waited too long: such a task is given regardless of what its person got. */
function watch(
  arrivals: readonly Arrival[],
  backends: number,
  policies: Policies,
  see: (seen: Seen) => void,
) {
  const got = new Map<string, number>();
  const decide: Parameters<typeof simulatePool>[2] = (given) => {
    const { assignments } = plan({ ...given, longestWaitMs: Number.POSITIVE_INFINITY });
    const served = new Map(given.servedSeconds);
    const held = new Map([...(given.heldSeconds ?? [])].map(([userId, until]) => [userId, until.length]));
    for (const { taskId, expectedSeconds } of assignments) {
      const userId = given.ready.find(({ id }) => id === taskId)?.userId ?? '';
      const { weight = 1 } = policies.get(userId) ?? {};
      served.set(userId, (served.get(userId) ?? 0) + expectedSeconds / weight);
      got.set(userId, (got.get(userId) ?? 0) + expectedSeconds / weight);
      held.set(userId, (held.get(userId) ?? 0) + 1);
    }
    const left = given.ready.filter(({ id }) => !assignments.some(({ taskId }) => taskId === id));
    see({ served, got, held, waiting: new Set(left.map(({ userId }) => userId)) });
    return assignments;
  };
  return simulatePool(arrivals, backends, decide, policies);
}

const mostOf = (policies: Policies, userId: string): number =>
  policies.get(userId)?.simultaneousTasks ?? Number.POSITIVE_INFINITY;

/** The largest difference, after any plan, of what two people got by weight who both wait and are not held back. */
function largestDifference(arrivals: readonly Arrival[], backends: number, policies: Policies): number {
  let largest = 0;
  watch(arrivals, backends, policies, ({ served, waiting, held }) => {
    const counters = [...waiting]
      .filter((userId) => (held.get(userId) ?? 0) < mostOf(policies, userId))
      .map((userId) => served.get(userId) ?? 0);
    if (counters.length > 1) largest = Math.max(largest, Math.max(...counters) - Math.min(...counters));
  });
  return largest;
}

/** The largest difference of what two people got by weight in a period in which both wait and are not held back. */
function largestGap(arrivals: readonly Arrival[], backends: number, policies: Policies): number {
  let largest = 0;
  const began = new Map<string, number>();
  watch(arrivals, backends, policies, ({ got, waiting, held }) => {
    const isWaiting = (userId: string) =>
      waiting.has(userId) && (held.get(userId) ?? 0) < mostOf(policies, userId);
    for (const one of people)
      for (const other of people.filter((userId) => userId > one)) {
        const difference = (got.get(one) ?? 0) - (got.get(other) ?? 0);
        const pair = `${one} ${other}`;
        if (!isWaiting(one) || !isWaiting(other)) began.delete(pair);
        else if (!began.has(pair)) began.set(pair, difference);
        largest = Math.max(largest, Math.abs(difference - (began.get(pair) ?? difference)));
      }
  });
  return largest;
}

function boundOf(policies: Policies): number {
  const least = Math.min(1, ...[...policies.values()].map(({ weight }) => weight));
  return widestQuantumSeconds(people.length, longestTask) + (longestTask + loadSeconds) / least;
}

test('two waiting people differ by the widest quantum, longest task and load at most', () => {
  fc.assert(
    fc.property(anyArrivals, (arrivals) => {
      expect(largestDifference(arrivals, 1, ordinary)).toBeLessThanOrEqual(boundOf(ordinary));
    }),
  );
});

test('two people who wait differ by no more on several backends', () => {
  fc.assert(
    fc.property(anyArrivals, fc.integer({ min: 2, max: 4 }), (arrivals, backends) => {
      expect(largestDifference(arrivals, backends, ordinary)).toBeLessThanOrEqual(boundOf(ordinary));
    }),
  );
});

test('the same holds for what people got by their weights', () => {
  fc.assert(
    fc.property(anyArrivals, anyWeights, (arrivals, policies) => {
      expect(largestGap(arrivals, 1, policies)).toBeLessThanOrEqual(2 * boundOf(policies));
    }),
  );
});

test('the same holds for people whose slots are limited', () => {
  fc.assert(
    fc.property(anyArrivals, anyPolicies, (arrivals, policies) => {
      expect(largestGap(arrivals, 1, policies)).toBeLessThanOrEqual(2 * boundOf(policies));
    }),
  );
});

test('nobody ever holds more slots than they may', () => {
  fc.assert(
    fc.property(anyArrivals, fc.integer({ min: 1, max: 4 }), anyPolicies, (arrivals, backends, policies) => {
      watch(arrivals, backends, policies, ({ held }) => {
        for (const [userId, count] of held) expect(count).toBeLessThanOrEqual(mostOf(policies, userId));
      });
    }),
  );
});

test('every task is done, whatever comes', () => {
  fc.assert(
    fc.property(anyArrivals, fc.integer({ min: 1, max: 4 }), anyPolicies, (arrivals, backends, policies) => {
      const run = simulatePool(arrivals, backends, undefined, policies);
      expect(run.waits.size).toBe(arrivals.length);
    }),
  );
});
