import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../ground/db/connect.ts';
import { AuditRecord } from '../ground/db/models/operation.ts';
import { MovedTask, Task } from '../ground/db/models/task.ts';
import { Problem } from '../ground/errors.ts';
import { systemClock } from '../ground/runtime/clock.ts';
import { newId } from '../ground/runtime/ids.ts';
import { createQueuedTask, createUser } from '../testing/db/factories.ts';
import { untilOneWaits } from '../testing/db/lockWaits.ts';
import { databaseFixture } from '../testing/fixture.ts';
import { moveTask, type QueueEnd } from './moveTask.ts';

const db = databaseFixture();
let database: Database;
let userId: string;
let taskId: string;

beforeAll(async () => {
  ({ database } = db);
  ({ id: userId } = await createUser(database, 1_000));
});
beforeEach(async () => {
  ({ id: taskId } = await createQueuedTask(database, userId));
});

const move = (to: QueueEnd, id = taskId) =>
  moveTask(
    { database, clock: systemClock, wakeSignals: { send: () => undefined } },
    { id: userId, serviceKey: null },
    id,
    to,
  );
const findMove = () => MovedTask.query(database).findById(taskId);
const acts = async () =>
  (
    await AuditRecord.query(database)
      .where({ target: `task:${taskId}` })
      .orderBy('id')
  ).map(({ action, data }) => ({ action, data }));
const act = (from: QueueEnd, to: QueueEnd) => ({
  action: 'task.move',
  data: { before: { place: from }, after: { place: to } },
});
const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);

test('a repeated move is one act, at the time of the first', async () => {
  await move('front');
  const first = await findMove();
  expect(first).toBeDefined();
  await move('front');
  expect(await findMove()).toEqual(first);
  expect(await acts()).toEqual([act('line', 'front')]);
});

test('many administrators who move a task at once are one act', async () => {
  await Promise.all([1, 2, 3, 4].map(() => move('front')));
  expect(await findMove()).toBeDefined();
  expect(await acts()).toEqual([act('line', 'front')]);
});

test('a task that was moved back is in its line as before', async () => {
  await move('line');
  await move('front');
  await move('line');
  await move('line');
  expect(await findMove()).toBeUndefined();
  expect(await acts()).toEqual([act('line', 'front'), act('front', 'line')]);
});

test('a task that ends meanwhile is not moved', async () => {
  const ending = await database.transaction();
  await Task.query(ending).findById(taskId).patch({ status: 'cancelled' });
  const moving = move('front').catch(codeOf);
  await untilOneWaits(database);
  await ending.commit();
  expect(await moving).toBe('task-finished');
  expect(await findMove()).toBeUndefined();
  expect(await acts()).toEqual([]);
});

test('a task that nobody has is not found', async () => {
  for (const id of [newId(), 'none']) expect(await move('front', id).catch(codeOf)).toBe('not-found');
});
