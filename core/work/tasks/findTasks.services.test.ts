import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDatabase, type Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { findTasksWithOutputs, requireTaskWithOutputs } from './findTasks.ts';

const db = databaseFixture();
/** One connection, so that its counters count what the test sends. */
let database: Database;
beforeAll(async () => {
  database = connectDatabase({ url: db.url, poolSize: 1 });
});
afterAll(async () => {
  await database?.destroy();
});

async function createTaskWithOutputs(count: number): Promise<string> {
  const { id: userId } = await createUser(database);
  const { id: taskId } = await createQueuedTask(database, userId);
  // The last position first: no order of rows is promised.
  for (let position = count - 1; position >= 0; position--) {
    const id = newId();
    await Asset.query(database).insert({
      id,
      userId,
      taskId,
      position,
      kind: 'output',
      mime: 'image/png',
      width: 64,
      height: 32,
      bytes: 100,
      sha256: '0'.repeat(64),
      storageKey: `outputs/${id}.png`,
      createdAt: new Date(),
    });
  }
  return taskId;
}

test('tasks are read with their own outputs, in the order of their positions', async () => {
  const counts = [3, 0, 1];
  const ids = await Promise.all(counts.map(createTaskWithOutputs));
  const found = await findTasksWithOutputs(database, ids);
  const positions = ids.map((id) =>
    found.find(({ task }) => task.id === id)?.outputs.map(({ position }) => position),
  );
  expect(positions).toEqual([[0, 1, 2], [], [0]]);
  for (const one of found)
    expect(await requireTaskWithOutputs(database, one.task.id, undefined)).toEqual(one);
});

test('reading a task makes the server write no table to disk', async () => {
  const ids = [await createTaskWithOutputs(2), await createTaskWithOutputs(1)];
  const readCount = async () => {
    const [[row]] = await database.raw("SHOW SESSION STATUS LIKE 'Created_tmp_disk_tables'");
    return Number(row.Value);
  };
  const before = await readCount();
  await requireTaskWithOutputs(database, ids[0] ?? '', undefined);
  await findTasksWithOutputs(database, ids);
  expect(await readCount()).toBe(before);
});
