import { expect, test } from 'vitest';
import {
  backend,
  input,
  longestWaitMs,
  modelA,
  modelB,
  nowMs,
  task,
} from '../../../testing/dispatch/planInput.ts';
import { plan } from './plan.ts';
import type { PlanInput } from './planInput.ts';

const placesOf = (given: PlanInput) =>
  plan(given).assignments.map(({ taskId, backendId, slot }) => `${taskId} ${backendId}/${slot}`);
const busy = { isBusy: true, freeSlots: [1] as const };

test('moved tasks come before all others, first moved first', () => {
  const due = task('t1', { userId: 'u2', createdAtMs: nowMs - longestWaitMs - 1 });
  // Their person got the most, and an older task of theirs waits.
  const others = [due, task('t2', { userId: 'u3' }), task('t3', { createdAtMs: nowMs - 9_000 })];
  const moved = [task('t4', { movedAtMs: 200 }), task('t5', { movedAtMs: 100 })];
  const given = input([...others, ...moved], [backend('b1')], { servedSeconds: new Map([['u1', 5_000]]) });
  expect(plan(given).assignments).toMatchObject([
    { taskId: 't5', rule: 'moved-to-front' },
    { taskId: 't4', rule: 'moved-to-front' },
  ]);
});

test('a moved task that waits has the first place and its time', () => {
  const full = backend('b1', { isBusy: true, freeSlots: [], outstandingSeconds: 20 });
  const given = input([task('t1'), task('t2', { movedAtMs: 1, userId: 'u2' })], [full]);
  expect(plan(given).waiting).toMatchObject([
    { taskId: 't2', queuePosition: 1, etaSeconds: 30, backendId: 'b1', rule: 'moved-to-front' },
    { taskId: 't1', queuePosition: 2, etaSeconds: 40, rule: 'models-loaded' },
  ]);
});

test('a moved task goes where a free slot has its result first', () => {
  const moved = task('t1', { movedAtMs: 1, residency: modelB });
  const cold = backend('b1', { residency: modelA });
  const warm = (outstandingSeconds: number) =>
    backend('b2', { ...busy, outstandingSeconds, residency: modelB });
  expect(placesOf(input([moved], [cold, warm(5)]))).toEqual(['t1 b2/1']);
  expect(placesOf(input([moved], [cold, warm(500)]))).toEqual(['t1 b1/0']);
  // Models are loaded behind a running task, too.
  expect(placesOf(input([moved], [backend('b1', { ...busy, outstandingSeconds: 5 })]))).toEqual(['t1 b1/1']);
});

test('a moved task tries a server on which it has not failed', () => {
  const moved = task('t1', { movedAtMs: 1, failedOn: new Set(['b1']) });
  const other = backend('b2', { ...busy, outstandingSeconds: 500 });
  expect(placesOf(input([moved], [backend('b1'), other]))).toEqual(['t1 b2/1']);
  expect(placesOf(input([moved], [backend('b1')]))).toEqual(['t1 b1/0']);
});

test("a moved task keeps to the limit of its person's role", () => {
  const policies = new Map([['u1', { weight: 1, simultaneousTasks: 1 }]]);
  const moved = ['t1', 't2'].map((id, index) => task(id, { movedAtMs: index }));
  const given = input([...moved, task('t3', { userId: 'u2' })], [backend('b1'), backend('b2')], { policies });
  expect(placesOf(given)).toEqual(['t1 b1/0', 't3 b2/0']);
  const [next] = plan(given).waiting;
  expect(next).toMatchObject({ taskId: 't2', rule: 'moved-to-front' });
});

test('a moved long task leaves the servers free that are kept so', () => {
  const long = ['t1', 't2', 't3'].map((id) => task(id, { lane: 'long', movedAtMs: 1 }));
  expect(placesOf(input(long, [backend('b1'), backend('b2')]))).toEqual(['t1 b1/0', 't2 b1/1']);
});
