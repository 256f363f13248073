import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backend,
  input,
  longestWaitMs,
  modelA,
  modelB,
  nothing,
  nowMs,
  task,
} from '../../../testing/dispatch/planInput.ts';
import { plan } from './plan.ts';
import type { PlanInput, ReadyTask } from './planInput.ts';
import { doneAfterSeconds, occupy, type PlannedBackend, toPlannedBackend } from './plannedBackend.ts';

const backendIds = ['b1', 'b2', 'b3'] as const;
const anyBackends = fc.subarray([...backendIds]).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc
        .record({
          freeSlots: fc.constantFrom<readonly (0 | 1)[]>([], [0], [1], [0, 1]),
          outstandingSeconds: fc.nat(100),
          residency: fc.constantFrom(nothing, modelA, modelB, undefined),
        })
        .map(({ outstandingSeconds, ...values }) => {
          const isBusy = values.freeSlots.length < 2;
          return backend(id, { ...values, isBusy, outstandingSeconds: isBusy ? outstandingSeconds : 0 });
        }),
    ),
  ),
);
const anyTasks = fc
  .array(
    fc.record({
      userId: fc.constantFrom('u1', 'u2', 'u3'),
      lane: fc.constantFrom('interactive' as const, 'standard' as const, 'long' as const),
      estimateSeconds: fc.integer({ min: 1, max: 500 }),
      createdAtMs: fc.integer({ min: nowMs - 2 * longestWaitMs, max: nowMs }),
      movedAtMs: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat(3)),
      runsOn: fc.subarray([...backendIds]).map((ids) => new Set<string>(ids)),
      failedOn: fc.oneof(
        { weight: 4, arbitrary: fc.constant(new Set<string>()) },
        fc.subarray([...backendIds]).map((ids) => new Set<string>(ids)),
      ),
      residency: fc.constantFrom(nothing, modelA, modelB),
    }),
    { maxLength: 12 },
  )
  .map((all) => all.map((values, index) => task(`t${String(index).padStart(2, '0')}`, values)));
const anyPolicies = fc.uniqueArray(
  fc.record({
    userId: fc.constantFrom('u1', 'u2', 'u3'),
    weight: fc.constantFrom(0.5, 1, 4),
    simultaneousTasks: fc.constantFrom(null, 1, 2, 3),
    heldSeconds: fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 3 }),
  }),
  { selector: ({ userId }) => userId },
);
const anyInput = fc.tuple(anyTasks, anyBackends, anyPolicies).map(([ready, backends, people]) =>
  input(ready, [...backends], {
    policies: new Map(people.map((one) => [one.userId, one])),
    heldSeconds: new Map(people.map((one) => [one.userId, one.heldSeconds])),
  }),
);

/** People who hold as many slots as they may after all assignments, or more. */
function listFull(given: PlanInput): Set<string> {
  const { assignments } = plan(given);
  const taken = assignments.map(({ taskId }) => given.ready.find(({ id }) => id === taskId)?.userId);
  const full = [...(given.policies ?? [])].filter(([userId, { simultaneousTasks }]) => {
    const held = (given.heldSeconds?.get(userId)?.length ?? 0) + taken.filter((one) => one === userId).length;
    return simultaneousTasks !== null && held >= simultaneousTasks;
  });
  return new Set(full.map(([userId]) => userId));
}

/** The backends after all assignments. */
function placesAfter(given: PlanInput): PlannedBackend[] {
  const candidates = given.backends.map(toPlannedBackend);
  for (const { taskId, backendId, slot } of plan(given).assignments) {
    const candidate = candidates.find(({ backend: { id } }) => id === backendId);
    const assigned = given.ready.find(({ id }) => id === taskId);
    if (!candidate || !assigned) throw new Error('of this input');
    candidate.free.splice(candidate.free.indexOf(slot), 1);
    occupy(candidate, assigned);
  }
  return candidates;
}

/** The first of each person's line. One backend may be kept free of long ones. */
function listFirst({ ready }: PlanInput): ReadyTask[] {
  const lines = Map.groupBy(
    ready.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1)),
    ({ userId }) => userId,
  );
  return [...lines.values()].flatMap(([first]) => (first && first.lane !== 'long' ? [first] : []));
}

describe('any plan', () => {
  test('uses each task and slot at most once, and only free slots', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const { assignments } = plan(given);
        const slots = assignments.map(({ backendId, slot }) => `${backendId}/${slot}`);
        expect(new Set(slots).size).toBe(slots.length);
        expect(new Set(assignments.map(({ taskId }) => taskId)).size).toBe(assignments.length);
        for (const { backendId, slot } of assignments)
          expect(given.backends.find(({ id }) => id === backendId)?.freeSlots).toContain(slot);
      }),
    );
  });

  test('gives a task only to a backend that can run it', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        for (const { taskId, backendId } of plan(given).assignments)
          expect(given.ready.find(({ id }) => id === taskId)?.runsOn.has(backendId)).toBe(true);
      }),
    );
  });

  test('gives nobody more slots than they may hold', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const { assignments } = plan(given);
        const users = assignments.map(({ taskId }) => given.ready.find(({ id }) => id === taskId)?.userId);
        for (const [userId, { simultaneousTasks }] of given.policies ?? []) {
          const held = given.heldSeconds?.get(userId)?.length ?? 0;
          const room = Math.max(0, (simultaneousTasks ?? Number.POSITIVE_INFINITY) - held);
          expect(users.filter((one) => one === userId).length).toBeLessThanOrEqual(room);
        }
      }),
    );
  });

  test('leaves no backend idle that would finish a waiting task first', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const candidates = placesAfter(given);
        const full = listFull(given);
        const { waiting } = plan(given);
        for (const { taskId } of waiting) {
          const one = given.ready.find(({ id }) => id === taskId);
          if (!one || one.failedOn.size > 0 || one.lane === 'long' || full.has(one.userId)) continue;
          const able = candidates.filter(({ backend: { id } }) => one.runsOn.has(id));
          const idle = able.filter(({ isBusy, free }) => !isBusy && free.length > 0);
          const soonest = Math.min(
            ...able.filter(({ isBusy }) => isBusy).map((at) => doneAfterSeconds(at, one)),
          );
          for (const candidate of idle)
            expect(doneAfterSeconds(candidate, one)).toBeGreaterThanOrEqual(soonest);
        }
      }),
    );
  });

  test('leaves no overdue task beside an idle backend', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const { assignments } = plan(given);
        const used = new Set(assignments.map(({ backendId }) => backendId));
        const idle = given.backends.filter(({ id, isBusy }) => !isBusy && !used.has(id));
        const full = listFull(given);
        const due = listFirst(given).filter(
          ({ createdAtMs, userId }) => nowMs - createdAtMs > longestWaitMs && !full.has(userId),
        );
        const waiting = due.filter(({ id }) => !assignments.some(({ taskId }) => taskId === id));
        for (const { runsOn } of waiting) for (const { id } of idle) expect(runsOn.has(id)).toBe(false);
      }),
    );
  });

  test('is the same in whatever order the tasks are told', () => {
    fc.assert(
      fc.property(anyInput, fc.infiniteStream(fc.nat()), (given, order) => {
        const shuffled = given.ready
          .map((task) => ({ task, place: order.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ task }) => task);
        const placesOf = ({ assignments, recalls }: ReturnType<typeof plan>) => ({ assignments, recalls });
        expect(placesOf(plan({ ...given, ready: shuffled }))).toEqual(placesOf(plan(given)));
      }),
    );
  });

  test('either assigns a task or tells it its place', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const { assignments, waiting } = plan(given);
        const told = [...assignments, ...waiting].map(({ taskId }) => taskId);
        expect(told.sort()).toEqual(given.ready.map(({ id }) => id).sort());
        expect(waiting.map(({ queuePosition }) => queuePosition)).toEqual(
          waiting.map((_, index) => index + 1),
        );
      }),
    );
  });
});
