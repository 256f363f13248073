import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Backend, Slot } from '../../ground/db/models/backend.ts';
import { OutboxEvent } from '../../ground/db/models/outboxEvent.ts';
import { Task } from '../../ground/db/models/task.ts';
import type { User } from '../../ground/db/models/user.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';
import { findBalance, listTransfers } from '../../money/credits/statement.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { failOutOfTime, failTask, releaseSlot, requeueTask, startTask } from './attemptTransitions.ts';
import { cancelTask } from './cancelTask.ts';
import { chargedOf } from './charge.ts';
import { failQueuedTask } from './failQueuedTask.ts';
import type { Fence } from './ownerFence.ts';

const db = databaseFixture();
let database: Database;
let user: User;
let backend: Backend;
const wakeSignals = { send: () => {}, sendCancel: () => {} };
const deps = () => ({ database, clock: systemClock, wakeSignals });
const error = { code: 'out-of-time', detail: 'Its time was used up.' } as const;

beforeAll(async () => {
  database = db.database;
});
beforeEach(async () => {
  user = await createUser(database);
  backend = await createOwnedBackend(database);
});

async function startOne(): Promise<{ task: Task; fence: Fence }> {
  const task = await createQueuedTask(database, user.id, { type: 'graph' });
  const fence = await assign(database, task, backend);
  await startTask(deps(), fence);
  return { task, fence };
}
const rowOf = (id: string) => Task.query(database).findById(id).throwIfNotFound();

test.each([
  [5, 'capture', 0],
  [2, 'partial-capture', 3],
])('a graph out of time fails and pays %i of 5 once, by a %s', async (charged, kind, back) => {
  const { task, fence } = await startOne();
  const ends = await Promise.all([1, 2, 3].map(() => failOutOfTime(deps(), fence, error, charged)));
  expect(ends.filter(Boolean)).toHaveLength(1);
  const row = await rowOf(task.id);
  expect(row).toMatchObject({ status: 'failed', error, cost: 5, attempt: 1 });
  expect(chargedOf(row)).toBe(charged);
  expect(await findBalance(database, user.id)).toMatchObject({
    available: 100 - charged,
    held: 0,
    openTasks: 0,
  });
  const [line] = await listTransfers(database, user.id, { limit: 1 });
  expect(line).toMatchObject({ businessKey: `settle:${task.id}`, kind, amount: back });
  const events = await OutboxEvent.query(database).where({ taskId: task.id, type: 'task_failed' });
  expect(events.map(({ data }) => data)).toEqual([{ error, attempt: 1, charged }]);
  expect(await checkLedger(database)).toMatchObject({ ok: true });
});

test.each([
  [5, 'capture', 0],
  [2, 'partial-capture', 3],
  [0, 'release', 5],
])('a graph that broke off pays %i of 5 once, by a %s, and its slot is free', async (charged, kind, back) => {
  const { task, fence } = await startOne();
  const broken = { code: 'graph-failed', detail: 'A node broke.' } as const;
  const ends = await Promise.all([1, 2, 3].map(() => failTask(deps(), fence, broken, 'broke', charged)));
  expect(ends.filter(Boolean)).toHaveLength(1);
  const row = await rowOf(task.id);
  expect([row.status, row.cost, chargedOf(row)]).toEqual(['failed', 5, charged]);
  expect(await findBalance(database, user.id)).toMatchObject({
    available: 100 - charged,
    held: 0,
    openTasks: 0,
  });
  const [line] = await listTransfers(database, user.id, { limit: 1 });
  expect(line).toMatchObject({ businessKey: `settle:${task.id}`, kind, amount: back });
  const events = await OutboxEvent.query(database).where({ taskId: task.id, type: 'task_failed' });
  expect(events.map(({ data }) => data)).toEqual([{ error: broken, attempt: 1, charged }]);
  expect(await Slot.query(database).where({ backendId: backend.id }).resultSize()).toBe(0);
  expect(await checkLedger(database)).toMatchObject({ ok: true });
});

test('its slot stays taken until the prompt is gone', async () => {
  const { fence } = await startOne();
  await failOutOfTime(deps(), fence, error, 5);
  const slots = () => Slot.query(database).where({ backendId: backend.id }).resultSize();
  expect(await slots()).toBe(1);
  expect(await releaseSlot(deps(), fence, 'stopped')).toBe(true);
  expect(await slots()).toBe(0);
});

test('an owner whose backend was taken over ends and charges nothing', async () => {
  const { task, fence } = await startOne();
  await Backend.query(database).findById(backend.id).patch({ owner: newId(), epoch: 2 });
  expect(await failOutOfTime(deps(), fence, error, 5)).toBe(false);
  expect(await rowOf(task.id)).toMatchObject({ status: 'running', cancelCharge: 0 });
  expect(await findBalance(database, user.id)).toMatchObject({ available: 95, held: 5 });
});

test('a cancel that races the end of its time settles it once', async () => {
  for (let round = 0; round < 8; round++) {
    const { task, fence } = await startOne();
    const before = (await findBalance(database, user.id)).available;
    await Promise.allSettled([failOutOfTime(deps(), fence, error, 5), cancelTask(deps(), task.id, user.id)]);
    const row = await rowOf(task.id);
    // A cancel by the platform costs nothing.
    expect((await findBalance(database, user.id)).available - before).toBe(row.status === 'failed' ? 0 : 5);
    expect(chargedOf(row)).toBe(row.status === 'failed' ? 5 : 0);
    await releaseSlot(deps(), fence, 'stopped');
  }
  expect(await findBalance(database, user.id)).toMatchObject({ held: 0, openTasks: 0 });
  expect(await checkLedger(database)).toMatchObject({ ok: true });
});

test('every other failure of a graph costs nothing', async () => {
  const lost = { code: 'backend-lost', detail: 'Lost.' } as const;
  const failed = await startOne();
  await failTask(deps(), failed.fence, lost, 'refused');
  const tired = await startOne();
  await Task.query(database).findById(tired.task.id).patch({ failures: 2 });
  const requeue = { fault: 'out of memory', countsAsFailure: true, error: lost };
  expect(await requeueTask(deps(), tired.fence, requeue)).toBe('failed');
  const waiting = await createQueuedTask(database, user.id, { type: 'graph' });
  await inTransaction(database, (trx) => failQueuedTask(deps(), trx, waiting.id, lost));
  for (const { id } of [failed.task, tired.task, waiting]) expect(chargedOf(await rowOf(id))).toBe(0);
  expect(await findBalance(database, user.id)).toMatchObject({ available: 100, held: 0, openTasks: 0 });
});
