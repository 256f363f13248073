import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../ground/db/connect.ts';
import type { Backend } from '../../ground/db/models/backend.ts';
import { OutboxEvent } from '../../ground/db/models/outboxEvent.ts';
import { Task } from '../../ground/db/models/task.ts';
import type { User } from '../../ground/db/models/user.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';
import { findBalance, listTransfers } from '../../money/credits/statement.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/db/testDatabase.ts';
import { eventually } from '../../testing/eventually.ts';
import { createTestRedis, type TestRedis } from '../../testing/services/testRedis.ts';
import { createProgressBus, createProgressReader } from '../events/progressBus.ts';
import { completeTask, requeueTask, startTask } from './attemptTransitions.ts';
import { cancelTask } from './cancelTask.ts';
import type { Fence } from './ownerFence.ts';

const log = { warn: () => {}, debug: () => {} };
let db: TestDatabase;
let redis: TestRedis;
let database: Database;
let user: User;
let backend: Backend;
const wakeSignals = { send: () => {}, sendCancel: () => {} };
const deps = () => ({ database, clock: systemClock, wakeSignals });
const progress = () => createProgressReader({ redis: redis.redis, prefix: redis.prefix });
const balance = async () => {
  const { available, held } = await findBalance(database, user.id);
  return { available, held };
};

beforeAll(async () => {
  [db, redis] = [await createTestDatabase(), await createTestRedis()];
  database = db.database;
});
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]();
  await db?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  user = await createUser(database, 100);
  backend = await createOwnedBackend(database);
});

const charge = (chargesCancel = true) => ({ progress: progress(), chargesCancel: () => chargesCancel });

/** Publishes progress as a dispatcher does, and waits until it can be read. */
async function reach(task: Task, attempt: number, percent: number, cancelCost?: number): Promise<void> {
  const bus = createProgressBus({ redis: redis.redis, prefix: redis.prefix, clock: systemClock, log });
  const told = { percent, ...(cancelCost !== undefined && { cancelCost }) };
  bus.publish({ taskId: task.id, userId: task.userId, apiKeyId: null, attempt }, told);
  await eventually(async () => {
    const reached = (await progress().findProgress([task.id])).get(task.id);
    expect(reached).toMatchObject({ attempt, percent });
  });
}

async function startOne(
  cost: number,
  type: Task['type'] = 'text2img',
): Promise<{ task: Task; fence: Fence }> {
  const task = await createQueuedTask(database, user.id, { cost, type });
  const fence = await assign(database, task, backend);
  await startTask(deps(), fence);
  return { task, fence };
}

test('a cancel at 99 % pays the computed share, rounded down', async () => {
  const { task } = await startOne(50);
  await reach(task, 1, 99);
  await cancelTask(deps(), task.id, user.id, charge());
  expect(await balance()).toEqual({ available: 51, held: 0 });
  expect(await Task.query(database).findById(task.id)).toMatchObject({
    status: 'cancelled',
    cancelCharge: 49,
  });
  const [line] = await listTransfers(database, user.id, { limit: 1 });
  expect(line).toMatchObject({
    businessKey: `settle:${task.id}`,
    kind: 'partial-capture',
    amount: 1,
    reason: 'cancelled: 49 of 50 credits for what was computed',
  });
  const event = await OutboxEvent.query(database).findOne({ taskId: task.id, type: 'task_cancelled' });
  expect(event?.data).toEqual({ attempt: 1, charged: 49 });
  // Again, by a client that lost the answer.
  await cancelTask(deps(), task.id, user.id, charge());
  expect(await balance()).toEqual({ available: 51, held: 0 });
});

test('where cancels are free a workflow costs nothing, and a graph its time all the same', async () => {
  const workflow = await startOne(40);
  await reach(workflow.task, 1, 80);
  await cancelTask(deps(), workflow.task.id, user.id, charge(false));
  expect(await balance()).toEqual({ available: 100, held: 0 });
  await database('slots').delete();
  const graph = await startOne(40, 'graph');
  await reach(graph.task, 1, 80, 12);
  await cancelTask(deps(), graph.task.id, user.id, charge(false));
  expect(await balance()).toEqual({ available: 88, held: 0 });
});

test('a cancel never costs more than the price', async () => {
  const { task } = await startOne(7);
  await reach(task, 1, 100);
  await cancelTask(deps(), task.id, user.id, charge());
  expect(await balance()).toEqual({ available: 93, held: 0 });
  expect(await checkLedger(database)).toMatchObject({ imbalance: 0, wrongBalances: 0, wrongHolds: 0 });
});

test("a cancel before the start refunds everything, despite the last attempt's progress", async () => {
  const { task, fence } = await startOne(50);
  await reach(task, 1, 80);
  const error = { code: 'backend-lost', detail: 'Lost.' } as const;
  await requeueTask(deps(), fence, { fault: 'test', countsAsFailure: true, error });
  // It waits, and is at its first attempt until it is assigned again.
  await cancelTask(deps(), task.id, user.id, charge());
  expect(await balance()).toEqual({ available: 100, held: 0 });
});

test('a cancel of a second attempt pays for that attempt only', async () => {
  const { task, fence } = await startOne(50);
  await reach(task, 1, 80);
  const error = { code: 'backend-lost', detail: 'Lost.' } as const;
  await requeueTask(deps(), fence, { fault: 'test', countsAsFailure: true, error });
  const again = await assign(database, { ...task, attempt: 1 } as Task, backend);
  await startTask(deps(), again);
  // Its progress is unknown: the stored progress is the first attempt's.
  await cancelTask(deps(), task.id, user.id, charge());
  expect(await balance()).toEqual({ available: 100, held: 0 });
});

test('a cancel costs nothing when the progress is unknown', async () => {
  const { task } = await startOne(50);
  await cancelTask(deps(), task.id, user.id, charge());
  expect(await balance()).toEqual({ available: 100, held: 0 });
});

test('a cancel by the platform gives everything back', async () => {
  const { task } = await startOne(50);
  await reach(task, 1, 80);
  await cancelTask(deps(), task.id, undefined);
  expect(await balance()).toEqual({ available: 100, held: 0 });
});

test('a cancel racing with completion settles once, with a balanced ledger', async () => {
  for (let round = 0; round < 8; round++) {
    const { task, fence } = await startOne(10);
    await reach(task, 1, 50);
    const before = (await balance()).available;
    const output = {
      id: newId(),
      mime: 'image/png',
      width: 8,
      height: 8,
      bytes: 80,
      sha256: 'a'.repeat(64),
      durationMs: null,
      frames: null,
      storageKey: `outputs/${newId()}/a.png`,
    };
    await Promise.allSettled([
      completeTask(deps(), fence, [output]),
      cancelTask(deps(), task.id, user.id, charge()),
    ]);
    const ended = await Task.query(database).findById(task.id);
    expect((await balance()).available - before).toBe(ended?.status === 'cancelled' ? 5 : 0);
    await database('slots').delete();
  }
  expect(await balance()).toMatchObject({ held: 0 });
  expect(await checkLedger(database)).toMatchObject({ imbalance: 0, wrongBalances: 0, wrongHolds: 0 });
});
