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
import { leastQuantum } from './fairShare.ts';
import { plan, startPlanInSteps } from './plan.ts';
import type { PlanInput } from './planInput.ts';
import { createResidency } from './residency.ts';
import { createTaskIndex } from './taskIndex.ts';

const placesOf = (given: PlanInput) =>
  plan(given).assignments.map(({ taskId, backendId, slot }) => `${taskId} ${backendId}/${slot}`);

describe('the planner', () => {
  test('fills idle backends before it prefetches', () => {
    const ready = ['t1', 't2', 't3'].map((id) => task(id));
    expect(placesOf(input(ready, [backend('b1'), backend('b2')]))).toEqual(['t1 b1/0', 't2 b2/0', 't3 b1/1']);
  });

  test('prefers an idle backend with the models loaded', () => {
    const cold = backend('b1', { residency: modelB });
    expect(placesOf(input([task('t1')], [cold, backend('b2')]))).toEqual(['t1 b2/0']);
  });

  test('prefetches where the wait is shortest', () => {
    const busy = { isBusy: true, freeSlots: [1] as const };
    const backends = [
      backend('b1', { ...busy, outstandingSeconds: 30 }),
      backend('b2', { ...busy, outstandingSeconds: 5 }),
    ];
    expect(placesOf(input([task('t1')], backends))).toEqual(['t1 b2/1']);
  });

  test('says no time for what a server without a GPU never ran, nor for what waits behind it', () => {
    const slow = (values = {}) => backend('b1', { freeSlots: [0], lacksGpu: true, ...values });
    const etasOn = (one: ReturnType<typeof backend>) => {
      const { assignments, waiting } = plan(input([task('t1'), task('t2')], [one]));
      return [...assignments, ...waiting].map(({ etaSeconds }) => etaSeconds);
    };
    expect(etasOn(slow())).toEqual([undefined, undefined]);
    expect(etasOn(slow({ secondsPerUnit: new Map([['text2img', 150]]) }))).toEqual([150, 300]);
    expect(etasOn(slow({ lacksGpu: false }))).toEqual([10, 20]);
  });

  test('waits for another backend rather than reuse one that failed the task', () => {
    const failed = task('t1', { failedOn: new Set(['b1']) });
    const full = backend('b2', { freeSlots: [], isBusy: true });
    expect(placesOf(input([failed], [backend('b1'), full]))).toEqual([]);
    expect(placesOf(input([failed], [backend('b1')]))).toEqual(['t1 b1/0']);
  });

  test("alternates users by what they got and keeps each user's order", () => {
    const ready = [
      task('a1', { userId: 'a', createdAtMs: nowMs - 9 }),
      task('a2', { userId: 'a', createdAtMs: nowMs - 8 }),
      task('b1', { userId: 'b', createdAtMs: nowMs - 7 }),
      task('c1', { userId: 'c', createdAtMs: nowMs - 6 }),
    ];
    const given = input(ready, [], { servedSeconds: new Map([['b', 15]]) });
    expect(plan(given).waiting.map(({ taskId }) => taskId)).toEqual(['a1', 'c1', 'a2', 'b1']);
  });

  test('puts tasks that waited too long first, in any lane', () => {
    const aged = task('t9', { lane: 'standard', createdAtMs: nowMs - longestWaitMs - 1 });
    const given = input([task('t1'), aged], [backend('b1', { freeSlots: [0] })]);
    expect(placesOf(given)).toEqual(['t9 b1/0']);
  });

  test('leaves one backend of two free of long tasks, always', () => {
    const long = ['l1', 'l2', 'l3'].map((id) => task(id, { lane: 'long' }));
    const two = [backend('b1'), backend('b2')];
    expect(placesOf(input(long, two))).toEqual(['l1 b1/0', 'l2 b1/1']);
    expect(placesOf(input([...long, task('t1')], two))).toEqual(['t1 b1/0', 'l1 b2/0', 'l2 b2/1']);
    const holding = backend('b1', { isBusy: true, freeSlots: [], holdsLong: true, outstandingSeconds: 100 });
    expect(placesOf(input(long, [holding, backend('b2')]))).toEqual([]);
    expect(placesOf(input(long, [backend('b2')]))).toEqual(['l1 b2/0', 'l2 b2/1']);
  });

  test('gives each waiting task its place and expected end', () => {
    const busy = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 20 });
    const lost = task('t3', { runsOn: new Set(['gone']) });
    expect(plan(input([task('t1'), task('t2'), lost], [busy])).waiting).toMatchObject([
      { taskId: 't1', queuePosition: 1, etaSeconds: 30, backendId: 'b1' },
      { taskId: 't2', queuePosition: 2, etaSeconds: 40, backendId: 'b1' },
      { taskId: 't3', queuePosition: 3, etaSeconds: undefined, backendId: undefined, rule: undefined },
    ]);
  });

  test('waits for a backend with the models if that is sooner', () => {
    const warm = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 8 });
    const cold = backend('b2', { residency: modelB });
    expect(placesOf(input([task('t1')], [warm, cold]))).toEqual([]);
    const late = { ...warm, outstandingSeconds: 12 };
    expect(placesOf(input([task('t1')], [late, cold]))).toEqual(['t1 b2/0']);
  });

  test('loads a model once more when its waiting work outweighs the load', () => {
    const warm = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 2 });
    const cold = backend('b2', { residency: modelB, freeSlots: [0] });
    const [first, second] = [task('t1'), task('t2')];
    expect(placesOf(input([first], [warm, cold]))).toEqual([]);
    // The second would wait for 12 s behind the first one there.
    expect(placesOf(input([first, second], [warm, cold]))).toEqual(['t2 b2/0']);
  });

  test('keeps models while people who come first want them', () => {
    const cold = task('t1', { residency: modelB, createdAtMs: nowMs - 9_000, userId: 'u2' });
    const warm = ['t2', 't3'].map((id) => task(id));
    const one = backend('b1', { freeSlots: [0] });
    const servedBy = (u1: number) => ({ servedSeconds: new Map([['u1', u1]]) });
    expect(placesOf(input([cold, ...warm], [one], servedBy(2 * leastQuantum)))).toEqual(['t2 b1/0']);
    expect(placesOf(input([cold, ...warm], [one], servedBy(2 * leastQuantum + 1)))).toEqual(['t1 b1/0']);
    // No task waits for the loaded models.
    expect(placesOf(input([cold], [one]))).toEqual(['t1 b1/0']);
    // It waited too long.
    const due = { ...cold, createdAtMs: nowMs - longestWaitMs - 1 };
    expect(placesOf(input([due, ...warm], [one]))).toEqual(['t1 b1/0']);
  });

  test('counts a long wait from the head of the line', () => {
    const old = { createdAtMs: nowMs - longestWaitMs - 2, residency: modelB };
    const [first, second] = [task('t1', old), task('t2', old)];
    const one = backend('b1', { freeSlots: [0] });
    const since = (ms: number) => ({ firstSinceMs: new Map([['t1', ms]]) });
    const given = [task('t3', { createdAtMs: old.createdAtMs - 1, userId: 'u2' }), first, second];
    expect(placesOf(input(given.slice(1).concat(task('t4')), [one], since(nowMs - longestWaitMs)))).toEqual([
      't4 b1/0',
    ]);
    expect(placesOf(input(given, [one], since(nowMs - longestWaitMs - 1)))).toEqual(['t3 b1/0']);
  });

  test('loads no models behind a running task', () => {
    const busy = backend('b1', { isBusy: true, freeSlots: [1], outstandingSeconds: 5 });
    expect(placesOf(input([task('t1', { residency: modelB })], [busy]))).toEqual([]);
  });

  test('loads what most people wait for, where fewest want what is loaded', () => {
    const many = ['t1', 't2', 't3'].map((id) => task(id, { residency: modelA }));
    const few = task('t4', { residency: modelB });
    const other = createResidency(['checkpoints/c']);
    const busy = { isBusy: true, freeSlots: [], outstandingSeconds: 500 };
    const idle = [backend('b1', { residency: modelB, freeSlots: [0] }), backend('b2', { residency: other })];
    const given = [few, ...many].map((one) => ({ ...one, runsOn: new Set(['b1', 'b2', 'b3']) }));
    expect(
      placesOf(input(given, [backend('b3', { ...busy, residency: modelB }), ...idle])).slice(0, 2),
    ).toEqual(['t4 b1/0', 't1 b2/0']);
  });

  test('loads models on an idle backend after as long a wait as the load', () => {
    // A busy backend is done with each of them sooner than an idle one could load the models.
    const short = ['t1', 't2'].map((id) => task(id, { estimateSeconds: 0.4 }));
    const warm = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 0.4 });
    const pool = [warm, backend('b2', { residency: modelB, freeSlots: [0] })];
    const since = (seconds: number) => ({ wantedSinceMs: new Map([[modelA.base, nowMs - seconds * 1_000]]) });
    expect(placesOf(input(short, pool, since(9)))).toEqual([]);
    expect(placesOf(input(short, pool, since(10)))).toEqual(['t2 b2/0']);
  });

  test('gives an idle backend to others when the least served decline it', () => {
    const waits = task('t1', { userId: 'u2' });
    const soon = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 2 });
    const ahead = task('t2', { residency: modelB, runsOn: new Set(['b2']) });
    const served = { servedSeconds: new Map([['u1', 10_000]]) };
    const pool = [soon, backend('b2', { residency: modelB, freeSlots: [0] })];
    expect(placesOf(input([waits, ahead], pool, served))).toEqual(['t2 b2/0']);
  });

  test('evicts, among idle backends, the cheapest models to reload', () => {
    const upscale = task('t1', { residency: createResidency(['upscale_models/x']) });
    const empty = backend('b2', { residency: nothing });
    expect(placesOf(input([upscale], [backend('b1'), empty]))).toEqual(['t1 b2/0']);
  });

  test('loads a set where most of its files are loaded', () => {
    const graph = (model: string, encoder: string) =>
      createResidency([`diffusion_models/${model}`, `text_encoders/${encoder}`]);
    const idle = ['x', 'y'].map((encoder, index) =>
      backend(`b${index + 1}`, { residency: graph('a', encoder), freeSlots: [0] }),
    );
    const wanted = (encoder: string) => task('t1', { residency: graph('b', encoder) });
    expect(placesOf(input([wanted('x')], idle))).toEqual(['t1 b1/0']);
    expect(placesOf(input([wanted('y')], idle))).toEqual(['t1 b2/0']);
  });

  test('counts as loaded what a backend keeps beside the last models', () => {
    const sizes = new Map([
      ['checkpoints/a', 2e9],
      ['checkpoints/b', 2e9],
    ]);
    const [a, b] = [createResidency(['checkpoints/a'], sizes), createResidency(['checkpoints/b'], sizes)];
    const ready = ['t1', 't2'].map((id, index) => task(id, { residency: index === 0 ? a : b }));
    const prefetching = (keptBytes: number) => {
      const residency = createResidency(['checkpoints/b', 'checkpoints/a'], sizes, keptBytes > 0);
      return backend('b1', { residency, keptBytes });
    };
    expect(placesOf(input(ready, [prefetching(4e9)]))).toEqual(['t1 b1/0', 't2 b1/1']);
    expect(placesOf(input(ready, [prefetching(3e9)]))).toEqual(['t1 b1/0']);
    expect(placesOf(input(ready, [prefetching(0)]))).toEqual(['t1 b1/0']);
  });

  test('treats another LoRA of one checkpoint as no swap', () => {
    const withLora = task('t1', { residency: createResidency(['checkpoints/a', 'loras/x']) });
    const given = input([withLora, task('t2')], [backend('b1', { freeSlots: [0] })]);
    expect(placesOf(given)).toEqual(['t1 b1/0']);
  });

  test('lists tasks in their expected order, models kept together', () => {
    const ready = [1, 2, 3, 4].map((n) =>
      task(`t${n}`, { residency: n % 2 ? modelA : modelB, createdAtMs: nowMs - 1_000 + n }),
    );
    const full = backend('b1', { freeSlots: [], isBusy: true, outstandingSeconds: 5 });
    expect(plan(input(ready, [full])).waiting).toMatchObject([
      { taskId: 't1', queuePosition: 1, etaSeconds: 15 },
      { taskId: 't3', queuePosition: 2, etaSeconds: 25 },
      { taskId: 't2', queuePosition: 3, etaSeconds: 45 },
      { taskId: 't4', queuePosition: 4, etaSeconds: 55 },
    ]);
  });

  test('takes a heavier backend for faster until its times are learned', () => {
    const fast = backend('b2', { weight: 4 });
    expect(placesOf(input([task('t1')], [backend('b1'), fast]))).toEqual(['t1 b2/0']);
    const learned = { ...fast, secondsPerUnit: new Map([['text2img', 50]]) };
    expect(placesOf(input([task('t1')], [backend('b1'), learned]))).toEqual(['t1 b1/0']);
  });

  test("prefers a backend's learned times over the usual", () => {
    const slow = backend('b1', { secondsPerUnit: new Map([['text2img', 50]]) });
    expect(placesOf(input([task('t1')], [slow, backend('b2')]))).toEqual(['t1 b2/0']);
  });

  test('says by which rule each task is the next one', () => {
    const open = backend('b1', { freeSlots: [0] });
    const rulesOf = (given: PlanInput) => {
      const { assignments, waiting } = plan(given);
      return [...assignments, ...waiting].map(({ taskId, rule }) => `${taskId} ${rule}`);
    };
    const aged = task('t2', { userId: 'u2', createdAtMs: nowMs - longestWaitMs - 1 });
    const cold = task('t3', { userId: 'u3', residency: modelB });
    expect(rulesOf(input([task('t1'), aged, cold], [open]))).toEqual([
      't2 waited-too-long',
      't1 models-loaded',
      't3 models-wanted',
    ]);
    const slow = backend('b2', { freeSlots: [], isBusy: true, outstandingSeconds: 9 });
    const declining = [task('t1'), task('t2', { userId: 'u2', residency: modelB })];
    const served = { servedSeconds: new Map([['u2', 3 * leastQuantum]]) };
    const other = backend('b1', { residency: modelB });
    expect(rulesOf(input(declining, [other, slow], served))).toContain('t2 others-decline');
  });
});

test('a plan can rest after each task that it gives a slot, and after a few hundred lines', () => {
  const people = Array.from({ length: 1_000 }, (_, at) => `u${at}`);
  const ready = people.map((userId) => task(`t-${userId}`, { userId }));
  const given = input(ready, [backend('b1'), backend('b2')]);
  const steps = startPlanInSteps(given, createTaskIndex(ready));
  let rests = 0;
  let end = steps.next();
  for (; !end.done; end = steps.next()) rests += 1;
  expect(end.value.assignments).toHaveLength(4);
  expect(rests).toBe(4 + 3);
  expect(end.value.assignments).toEqual(plan(given).assignments);
});

describe('people who may hold a number of slots', () => {
  const one = (...heldSeconds: number[]) => ({
    policies: new Map([['u1', { weight: 1, simultaneousTasks: 1 }]]),
    heldSeconds: new Map([['u1', heldSeconds]]),
  });
  const open = [backend('b1'), backend('b2')];

  test('get no more, and others go on without them', () => {
    const other = task('t4', { userId: 'u2' });
    const ready = [task('t1'), task('t2'), task('t3'), other];
    expect(placesOf(input(ready, open, one()))).toEqual(['t1 b1/0', 't4 b2/0']);
    expect(placesOf(input(ready, open, one(30)))).toEqual(['t4 b1/0']);
    expect(placesOf(input(ready, open))).toHaveLength(4);
  });

  test('choose among all of their tasks which comes next', () => {
    const cold = task('t1', { residency: modelB, runsOn: new Set(['b3']) });
    expect(placesOf(input([cold, task('t2')], open, one()))).toEqual(['t2 b1/0']);
  });

  test('are told that each task waits for the one before', () => {
    const { assignments, waiting } = plan(input([task('t1'), task('t2'), task('t3')], open, one()));
    expect([...assignments, ...waiting].map(({ taskId, etaSeconds }) => [taskId, etaSeconds])).toEqual([
      ['t1', 10],
      ['t2', 20],
      ['t3', 30],
    ]);
    const held = plan(input([task('t1'), task('t2', { userId: 'u2' })], open, one(40)));
    expect(
      [...held.assignments, ...held.waiting].map(({ taskId, etaSeconds }) => [taskId, etaSeconds]),
    ).toEqual([
      ['t2', 10],
      ['t1', 50],
    ]);
  });

  test('do not come before others for having waited at their limit', () => {
    const old = { createdAtMs: nowMs - 2 * longestWaitMs };
    const given = input([task('t1', old), task('t2', { userId: 'u2' })], [backend('b1')], one(5));
    expect(plan(given).assignments).toMatchObject([{ taskId: 't2', rule: 'models-loaded' }]);
  });
});
