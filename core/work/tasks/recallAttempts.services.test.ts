import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Attempt, type Backend, Leader } from '../../ground/db/models/backend.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import {
  assign,
  createOwnedBackend,
  createQueuedTask,
  createUser,
  lead,
} from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { type LeaderFence, leads } from './leaderFence.ts';
import { recallAttempts } from './recallAttempts.ts';

const db = databaseFixture();
let database: Database;
let backend: Backend;
let leader: LeaderFence;

beforeAll(async () => {
  ({ database } = db);
});
beforeEach(async () => {
  backend = await createOwnedBackend(database);
  leader = await lead(database, newId());
});

async function assigned(slot: 0 | 1 = 0) {
  const user = await createUser(database);
  return assign(database, await createQueuedTask(database, user.id), backend, slot);
}
const recall = (...planned: { taskId: string; attempt: number; backendId: string }[]) =>
  recallAttempts({ database, clock: systemClock }, leader, planned);
const recalledAtOf = async ({ taskId, attempt }: { taskId: string; attempt: number }) =>
  (await Attempt.query(database).findById([taskId, attempt]))?.recalledAt;

test('an attempt is recalled once', async () => {
  const one = await assigned();
  expect(await recall(one)).toEqual([one]);
  const recalledAt = await recalledAtOf(one);
  expect(await recall(one)).toEqual([]);
  expect(await recalledAtOf(one)).toEqual(recalledAt);
});

test('a replaced leader recalls nothing', async () => {
  const one = await assigned();
  const replaced = { ...leader, epoch: leader.epoch - 1 };
  expect(await recallAttempts({ database, clock: systemClock }, replaced, [one])).toEqual([]);
  expect(await recalledAtOf(one)).toBeNull();
});

test('an attempt that runs, or is elsewhere, is not recalled', async () => {
  const one = await assigned();
  expect(await recall({ ...one, backendId: newId() })).toEqual([]);
  await Attempt.query(database).findById([one.taskId, one.attempt]).patch({ state: 'running' });
  expect(await recall(one)).toEqual([]);
  expect(await recalledAtOf(one)).toBeNull();
});

test('an attempt locked by another transaction delays no other recall', async () => {
  const [locked, free] = [await assigned(0), await assigned(1)];
  const vanished = await database.transaction();
  await vanished('attempts').where({ taskId: locked.taskId }).forUpdate();
  expect(await recall(locked, free)).toEqual([free]);
  await vanished.rollback();
});

test('an assignment under way comes before a pause of the queue', async () => {
  await inTransaction(database, async (assigning) => {
    expect(await leads(assigning, leader)).toBe(true);
    // Whoever pauses writes this row.
    const isFree = await inTransaction(database, async (trx) =>
      Leader.query(trx).findById(1).forUpdate().skipLocked(),
    );
    expect(isFree).toBeUndefined();
  });
});
