import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OpenBackend, type PlanInput, plan, type ReadyTask } from './plan.ts';

const nowMs = 10_000_000;
const longestWaitMs = 600_000;

const task = (id: string, values: Partial<ReadyTask> = {}): ReadyTask => ({
  id,
  attempt: 0,
  userId: 'u1',
  lane: 'interactive',
  workflowName: 'text2img',
  workUnits: 1,
  estimateSeconds: 10,
  createdAtMs: nowMs - 1_000,
  runsOn: new Set(['b1', 'b2', 'b3']),
  failedOn: new Set(),
  residency: 'checkpoints/a',
  ...values,
});

const backend = (id: string, values: Partial<OpenBackend> = {}): OpenBackend => ({
  id,
  freeSlots: [0, 1],
  isBusy: false,
  outstandingSeconds: 0,
  residency: 'checkpoints/a',
  secondsPerUnit: new Map(),
  ...values,
});

const input = (ready: ReadyTask[], backends: OpenBackend[], values: Partial<PlanInput> = {}): PlanInput => ({
  ready,
  backends,
  nowMs,
  usageSeconds: new Map(),
  longestWaitMs,
  estimates: 100,
  ...values,
});

const placesOf = (given: PlanInput) =>
  plan(given).assignments.map(({ taskId, backendId, slot }) => `${taskId} ${backendId}/${slot}`);

describe('the planner', () => {
  it('fills idle backends before it prefetches', () => {
    const ready = ['t1', 't2', 't3'].map((id) => task(id));
    expect(placesOf(input(ready, [backend('b1'), backend('b2')]))).toEqual(['t1 b1/0', 't2 b2/0', 't3 b1/1']);
  });

  it('prefers, among idle backends, the one that has the models loaded', () => {
    const cold = backend('b1', { residency: 'checkpoints/z' });
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

  it('waits for another backend rather than give a task back to the one that failed it', () => {
    const failed = task('t1', { failedOn: new Set(['b1']) });
    const full = backend('b2', { freeSlots: [], isBusy: true });
    expect(placesOf(input([failed], [backend('b1'), full]))).toEqual([]);
    expect(placesOf(input([failed], [backend('b1')]))).toEqual(['t1 b1/0']);
  });

  it('lets users take turns by what they got lately, each in their own order', () => {
    const ready = [
      task('a1', { userId: 'a', createdAtMs: nowMs - 9 }),
      task('a2', { userId: 'a', createdAtMs: nowMs - 8 }),
      task('b1', { userId: 'b', createdAtMs: nowMs - 7 }),
      task('c1', { userId: 'c', createdAtMs: nowMs - 6 }),
    ];
    const given = input(ready, [], { usageSeconds: new Map([['b', 15]]) });
    expect(plan(given).waiting.map(({ taskId }) => taskId)).toEqual(['a1', 'c1', 'a2', 'b1']);
  });

  it('puts who waited too long before everybody, whatever the lane', () => {
    const aged = task('t9', { lane: 'standard', createdAtMs: nowMs - longestWaitMs - 1 });
    const given = input([task('t1'), aged], [backend('b1', { freeSlots: [0] })]);
    expect(placesOf(given)).toEqual(['t9 b1/0']);
  });

  it('never prefetches a long task before waiting interactive ones, and keeps a backend for one that is due', () => {
    const aged = task('l1', { lane: 'long', createdAtMs: nowMs - longestWaitMs - 1 });
    const busy = backend('b1', { isBusy: true, freeSlots: [1], outstandingSeconds: 5 });
    expect(placesOf(input([aged, task('t1')], [busy]))).toEqual([]);
    expect(placesOf(input([task('l2', { lane: 'long' }), task('t1')], [busy]))).toEqual(['t1 b1/1']);
    expect(placesOf(input([task('l2', { lane: 'long' })], [busy]))).toEqual(['l2 b1/1']);
    expect(placesOf(input([aged, task('t1')], [backend('b1')]))).toEqual(['l1 b1/0', 't1 b1/1']);
  });

  it('tells each waiting task its place and when its result is to be expected', () => {
    const busy = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 20 });
    const lost = task('t3', { runsOn: new Set(['gone']) });
    expect(plan(input([task('t1'), task('t2'), lost], [busy])).waiting).toEqual([
      { taskId: 't1', queuePosition: 1, etaSeconds: 30 },
      { taskId: 't2', queuePosition: 2, etaSeconds: 40 },
      { taskId: 't3', queuePosition: 3, etaSeconds: undefined },
    ]);
  });

  it('expects what was learned about a backend rather than what is usual', () => {
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
          residency: fc.constantFrom('', 'm1', 'm2', undefined),
        })
        .map((values) => backend(id, { ...values, isBusy: values.freeSlots.length < 2 })),
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
      residency: fc.constantFrom('', 'm1', 'm2'),
    }),
    { maxLength: 12 },
  )
  .map((all) => all.map((values, index) => task(`t${String(index).padStart(2, '0')}`, values)));
const anyInput = fc.tuple(anyTasks, anyBackends).map(([ready, backends]) => input(ready, [...backends]));

describe('any plan', () => {
  it('gives each slot and each task at most once, and only slots that are free', () => {
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

  it('leaves no backend idle that a waiting task can run on, unless it failed there and may go elsewhere', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const { assignments } = plan(given);
        const isIdle = ({ id, isBusy, freeSlots }: OpenBackend) =>
          !isBusy && freeSlots.length > 0 && !assignments.some(({ backendId }) => backendId === id);
        const idle = given.backends.filter(isIdle);
        const waiting = given.ready.filter(({ id }) => !assignments.some(({ taskId }) => taskId === id));
        for (const { runsOn, failedOn } of waiting)
          for (const { id } of idle) expect(runsOn.has(id) && !failedOn.has(id)).toBe(false);
      }),
    );
  });

  it('lets nobody wait longer than the cap beside an idle backend, even one that failed it', () => {
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
