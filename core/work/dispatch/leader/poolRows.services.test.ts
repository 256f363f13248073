import { beforeEach, expect, test } from 'vitest';
import { Attempt, Backend, Slot } from '../../../ground/db/models/backend.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { createPoolMemory } from './poolRows.ts';

const db = databaseFixture();
let backend: Backend;

beforeEach(async () => {
  for (const { tableName } of [Slot, Attempt, Backend]) await db.database(tableName).delete();
  backend = await createOwnedBackend(db.database);
});

async function takeSlot(slot: 0 | 1) {
  const { id: userId } = await createUser(db.database);
  return await assign(db.database, await createQueuedTask(db.database, userId), backend, slot);
}

function createScene() {
  const clock = createManualClock();
  const pool = createPoolMemory({ database: db.database, clock });
  const taken = async () => (await pool.read()).taken.map(({ taskId }) => taskId);
  return { clock, pool, taken };
}

test('a completed attempt frees its slot without a read', async () => {
  const [first, second] = [await takeSlot(0), await takeSlot(1)];
  const { pool, taken } = createScene();
  expect(await taken()).toEqual([first.taskId, second.taskId]);
  pool.free(first);
  const { taken: left, ran } = await pool.read();
  expect([left, ran].map((rows) => rows.map(({ taskId }) => taskId))).toEqual([
    [second.taskId],
    [first.taskId],
  ]);
});

test('an assignment takes its slot without a read', async () => {
  const { pool } = createScene();
  await pool.read();
  const fence = await takeSlot(0);
  const other = createScene();
  const [row] = (await other.pool.read()).taken;
  if (!row) throw new Error('it is in the table');
  pool.take(row);
  expect((await pool.read()).taken).toMatchObject([{ taskId: fence.taskId, slot: 0 }]);
});

test('a read that is older than a completion keeps the slot free', async () => {
  const fence = await takeSlot(0);
  const { pool, taken } = createScene();
  const reading = taken();
  pool.free(fence);
  expect(await reading).toEqual([]);
});

test.each(['after a second', 'after a doubt', 'after a doubt during the last read'])(
  'the rows are read again %s, and not before',
  async (when) => {
    const { clock, pool, taken } = createScene();
    const reading = taken();
    if (when.endsWith('read')) pool.doubt();
    expect(await reading).toEqual([]);
    const { taskId } = await takeSlot(0);
    if (!when.endsWith('read')) expect(await taken()).toEqual([]);
    if (when === 'after a second') await clock.advance(1_000);
    if (when === 'after a doubt') pool.doubt();
    expect(await taken()).toEqual([taskId]);
  },
);
