import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backend,
  input,
  longestWaitMs,
  modelA,
  modelB,
  nothing,
  nowMs,
  task,
} from '../../testing/dispatch/planInput.ts';
import { plan } from './plan.ts';
import type { PlanInput } from './planInput.ts';
import { doneAfterSeconds, occupy, type PlannedBackend, toPlannedBackend } from './plannedBackend.ts';
import { createResidency } from './residency.ts';

const placesOf = (given: PlanInput) =>
  plan(given).assignments.map(({ taskId, backendId, slot }) => `${taskId} ${backendId}/${slot}`);

describe('the planner', () => {
  it('fills idle backends before it prefetches', () => {
    const ready = ['t1', 't2', 't3'].map((id) => task(id));
    expect(placesOf(input(ready, [backend('b1'), backend('b2')]))).toEqual(['t1 b1/0', 't2 b2/0', 't3 b1/1']);
  });

  it('prefers an idle backend with the models loaded', () => {
    const cold = backend('b1', { residency: modelB });
    expect(placesOf(input([task('t1')], [cold, backend('b2')]))).toEqual(['t1 b2/0']);
  });

  it('prefetches where the wait is shortest', () => {
    const busy = { isBusy: true, freeSlots: [1] as const };
    const backends = [
      backend('b1', { ...busy, outstandingSeconds: 30 }),
      backend('b2', { ...busy, outstandingSeconds: 5 }),
    ];
    expect(placesOf(input([task('t1')], backends))).toEqual(['t1 b2/1']);
  });

  it('waits for another backend rather than reuse one that failed the task', () => {
    const failed = task('t1', { failedOn: new Set(['b1']) });
    const full = backend('b2', { freeSlots: [], isBusy: true });
    expect(placesOf(input([failed], [backend('b1'), full]))).toEqual([]);
    expect(placesOf(input([failed], [backend('b1')]))).toEqual(['t1 b1/0']);
  });

  it("alternates users by recent usage and keeps each user's order", () => {
    const ready = [
      task('a1', { userId: 'a', createdAtMs: nowMs - 9 }),
      task('a2', { userId: 'a', createdAtMs: nowMs - 8 }),
      task('b1', { userId: 'b', createdAtMs: nowMs - 7 }),
      task('c1', { userId: 'c', createdAtMs: nowMs - 6 }),
    ];
    const given = input(ready, [], { usageSeconds: new Map([['b', 15]]) });
    expect(plan(given).waiting.map(({ taskId }) => taskId)).toEqual(['a1', 'c1', 'a2', 'b1']);
  });

  it('puts tasks that waited too long first, in any lane', () => {
    const aged = task('t9', { lane: 'standard', createdAtMs: nowMs - longestWaitMs - 1 });
    const given = input([task('t1'), aged], [backend('b1', { freeSlots: [0] })]);
    expect(placesOf(given)).toEqual(['t9 b1/0']);
  });

  it('never prefetches a long task before interactive ones, unless it is due', () => {
    const aged = task('l1', { lane: 'long', createdAtMs: nowMs - longestWaitMs - 1 });
    const busy = backend('b1', { isBusy: true, freeSlots: [1], outstandingSeconds: 5 });
    expect(placesOf(input([aged, task('t1')], [busy]))).toEqual([]);
    expect(placesOf(input([task('l2', { lane: 'long' }), task('t1')], [busy]))).toEqual(['t1 b1/1']);
    expect(placesOf(input([task('l2', { lane: 'long' })], [busy]))).toEqual(['l2 b1/1']);
    expect(placesOf(input([aged, task('t1')], [backend('b1')]))).toEqual(['l1 b1/0', 't1 b1/1']);
  });

  it('gives each waiting task its place and expected end', () => {
    const busy = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 20 });
    const lost = task('t3', { runsOn: new Set(['gone']) });
    expect(plan(input([task('t1'), task('t2'), lost], [busy])).waiting).toEqual([
      { taskId: 't1', queuePosition: 1, etaSeconds: 30 },
      { taskId: 't2', queuePosition: 2, etaSeconds: 40 },
      { taskId: 't3', queuePosition: 3, etaSeconds: undefined },
    ]);
  });

  it('waits for a backend with the models if that is sooner', () => {
    const warm = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 8 });
    const cold = backend('b2', { residency: modelB });
    expect(placesOf(input([task('t1')], [warm, cold]))).toEqual([]);
    const late = { ...warm, outstandingSeconds: 12 };
    expect(placesOf(input([task('t1')], [late, cold]))).toEqual(['t1 b2/0']);
  });

  it('loads a model once more when its waiting work outweighs the load', () => {
    const warm = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 2 });
    const cold = backend('b2', { residency: modelB, freeSlots: [0] });
    const [first, second] = [task('t1'), task('t2')];
    expect(placesOf(input([first], [warm, cold]))).toEqual([]);
    // The second would wait for 12 s behind the first one there.
    expect(placesOf(input([first, second], [warm, cold]))).toEqual(['t2 b2/0']);
  });

  it('keeps awaited models until they repaid their load four times, no longer', () => {
    const cold = task('t1', { residency: modelB, createdAtMs: nowMs - 9_000 });
    const warm = ['t2', 't3'].map((id) => task(id));
    const young = backend('b1', { warmSeconds: 10, freeSlots: [0] });
    expect(placesOf(input([cold, ...warm], [young]))).toEqual(['t2 b1/0']);
    expect(placesOf(input([cold, ...warm], [{ ...young, warmSeconds: 50 }]))).toEqual(['t1 b1/0']);
    // No task waits for the loaded models.
    expect(placesOf(input([cold], [young]))).toEqual(['t1 b1/0']);
    // It waited too long.
    const aged = { ...cold, createdAtMs: nowMs - longestWaitMs - 1 };
    expect(placesOf(input([aged, ...warm], [young]))).toEqual(['t1 b1/0']);
  });

  it('evicts, among idle backends, the cheapest models to reload', () => {
    const upscale = task('t1', { residency: createResidency(['upscale_models/x']) });
    const empty = backend('b2', { residency: nothing });
    expect(placesOf(input([upscale], [backend('b1'), empty]))).toEqual(['t1 b2/0']);
  });

  it('treats another LoRA of one checkpoint as no swap', () => {
    const withLora = task('t1', { residency: createResidency(['checkpoints/a', 'loras/x']) });
    const given = input([withLora, task('t2')], [backend('b1', { freeSlots: [0] })]);
    expect(placesOf(given)).toEqual(['t1 b1/0']);
  });

  it('lists tasks in their expected order, models kept together', () => {
    const ready = [1, 2, 3, 4].map((n) =>
      task(`t${n}`, { residency: n % 2 ? modelA : modelB, createdAtMs: nowMs - 1_000 + n }),
    );
    const full = backend('b1', { freeSlots: [], isBusy: true, outstandingSeconds: 5 });
    expect(plan(input(ready, [full])).waiting).toEqual([
      { taskId: 't1', queuePosition: 1, etaSeconds: 15 },
      { taskId: 't3', queuePosition: 2, etaSeconds: 25 },
      { taskId: 't2', queuePosition: 3, etaSeconds: 45 },
      { taskId: 't4', queuePosition: 4, etaSeconds: 55 },
    ]);
  });

  it('takes a heavier backend for faster until its times are learned', () => {
    const fast = backend('b2', { weight: 4 });
    expect(placesOf(input([task('t1')], [backend('b1'), fast]))).toEqual(['t1 b2/0']);
    const learned = { ...fast, secondsPerUnit: new Map([['text2img', 50]]) };
    expect(placesOf(input([task('t1')], [backend('b1'), learned]))).toEqual(['t1 b1/0']);
  });

  it("prefers a backend's learned times over the usual", () => {
    const slow = backend('b1', { secondsPerUnit: new Map([['text2img', 50]]) });
    expect(placesOf(input([task('t1')], [slow, backend('b2')]))).toEqual(['t1 b2/0']);
  });
});

const backendIds = ['b1', 'b2', 'b3'] as const;
const anyBackends = fc.subarray([...backendIds]).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc
        .record({
          freeSlots: fc.constantFrom<readonly (0 | 1)[]>([], [0], [1], [0, 1]),
          outstandingSeconds: fc.nat(100),
          residency: fc.constantFrom(nothing, modelA, modelB, undefined),
          warmSeconds: fc.nat(100),
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
const anyInput = fc.tuple(anyTasks, anyBackends).map(([ready, backends]) => input(ready, [...backends]));

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

describe('any plan', () => {
  it('uses each task and slot at most once, and only free slots', () => {
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

  it('gives a task only to a backend that can run it', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        for (const { taskId, backendId } of plan(given).assignments)
          expect(given.ready.find(({ id }) => id === taskId)?.runsOn.has(backendId)).toBe(true);
      }),
    );
  });

  it('leaves no backend idle that would finish a waiting task first', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const candidates = placesAfter(given);
        const { waiting } = plan(given);
        for (const { taskId } of waiting) {
          const one = given.ready.find(({ id }) => id === taskId);
          if (!one || one.failedOn.size > 0) continue;
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

  it('leaves no overdue task beside an idle backend', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const { assignments } = plan(given);
        const used = new Set(assignments.map(({ backendId }) => backendId));
        const idle = given.backends.filter(({ id, isBusy }) => !isBusy && !used.has(id));
        const due = given.ready.filter(({ createdAtMs }) => nowMs - createdAtMs > longestWaitMs);
        const waiting = due.filter(({ id }) => !assignments.some(({ taskId }) => taskId === id));
        for (const { runsOn } of waiting) for (const { id } of idle) expect(runsOn.has(id)).toBe(false);
      }),
    );
  });

  it('either assigns a task or tells it its place', () => {
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
