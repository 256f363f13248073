import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backend, task } from '../../../testing/dispatch/planInput.ts';
import { plan, startPlan } from './plan.ts';
import type { ReadyTask } from './planInput.ts';
import { createPlanMemory } from './planMemory.ts';
import { createResidency } from './residency.ts';
import { createTaskIndex } from './taskIndex.ts';

const backendIds = ['b1', 'b2', 'b3'] as const;
const sizes = new Map(['a', 'b', 'c'].map((name, index) => [`checkpoints/${name}`, (index + 3) * 1e9]));
const anyModels = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.subarray(['loras/x', 'loras/y']))
  .map(([checkpoint, loras]) => createResidency([`checkpoints/${checkpoint}`, ...loras], sizes));
const anyIds = fc.subarray([...backendIds]).map((ids) => new Set<string>(ids));
const anyTask = fc.record({
  userId: fc.constantFrom('u1', 'u2', 'u3'),
  lane: fc.constantFrom('interactive' as const, 'standard' as const, 'long' as const),
  estimateSeconds: fc.integer({ min: 1, max: 500 }),
  ageMs: fc.nat(2_000_000),
  movedAtMs: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat(3)),
  runsOn: anyIds,
  failedOn: fc.oneof({ weight: 4, arbitrary: fc.constant(new Set<string>()) }, anyIds),
  residency: anyModels,
});
const anyPool = fc.tuple(
  ...backendIds.map((id) =>
    fc
      .record({
        freeSlots: fc.constantFrom<readonly (0 | 1)[]>([], [1], [0, 1]),
        residency: fc.option(anyModels, { nil: undefined }),
        busySeconds: fc.nat(100),
        keptBytes: fc.constantFrom(0, 9e9),
      })
      .map(({ residency, freeSlots, busySeconds, keptBytes }) =>
        backend(id, {
          freeSlots,
          keptBytes,
          isBusy: freeSlots.length < 2,
          outstandingSeconds: freeSlots.length < 2 ? busySeconds : 0,
          residency: residency && { ...residency, isKept: keptBytes > 0 },
        }),
      ),
  ),
);
const anyMoments = fc.array(
  fc.record({ come: fc.array(anyTask, { maxLength: 6 }), leave: fc.array(fc.nat()), pool: anyPool }),
  { minLength: 1, maxLength: 8 },
);

test('an index kept from plan to plan plans as a fresh one', () => {
  fc.assert(
    fc.property(anyMoments, (moments) => {
      const all = new Map<string, ReadyTask>();
      const kept = createTaskIndex();
      const [memory, freshMemory] = [createPlanMemory(), createPlanMemory()];
      let nowMs = 10_000_000;
      let count = 0;
      const change = (index: number) => {
        const { come = [], leave = [] } = moments[index] ?? {};
        for (const place of leave) drop([...all.keys()][place % all.size]);
        for (const { ageMs, ...values } of come) {
          const one = task(`t${count++}`, { ...values, createdAtMs: nowMs - ageMs });
          all.set(one.id, one);
          kept.add(one);
        }
      };
      const drop = (id: string | undefined) => {
        if (id === undefined) return;
        all.delete(id);
        kept.remove(id);
      };
      change(0);
      for (const [index, { pool }] of moments.entries()) {
        nowMs += 60_000;
        const ready = [...all.values()].reverse();
        const seen = memory.see(kept, nowMs);
        expect(seen).toEqual(freshMemory.see(createTaskIndex(ready), nowMs));
        const facts = { ...seen, backends: [...pool], longestWaitMs: 1_000_000, estimates: 100 };
        const fresh = plan({ ...facts, ready });
        const { assignments, recalls, waiting } = startPlan(facts, kept);
        // Tasks come and leave while the estimates are found: these are still those of the plan's beginning.
        for (const { taskId, expectedSeconds } of assignments) {
          const userId = all.get(taskId)?.userId ?? '';
          for (const one of [memory, freshMemory]) one.charge(userId, expectedSeconds);
          drop(taskId);
        }
        change(index + 1);
        let step = waiting.next();
        while (!step.done) step = waiting.next();
        expect({ assignments, recalls, waiting: step.value }).toEqual(fresh);
      }
    }),
  );
});

test('an index without its tasks is empty', () => {
  const tasks = ['t1', 't2', 't3'].map((id) => task(id, { userId: id }));
  const index = createTaskIndex(tasks);
  expect([index.size, index.meanSeconds, index.people.size]).toEqual([3, 10, 3]);
  for (const { id } of tasks) index.remove(id);
  expect([index.size, index.meanSeconds, index.people.size, [...index.groups()]]).toEqual([0, 0, 0, []]);
});
