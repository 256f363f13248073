import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../ground/db/connect.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createQueueWindow } from './queueWindow.ts';

const db = databaseFixture();
let database: Database;
beforeAll(async () => {
  database = db.database;
});
beforeEach(() => Task.query(database).delete());

test('each person of a long queue has a window', async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => createUser(database)));
  const window = createQueueWindow(database, 30);
  for (const { id: userId } of people)
    for (const lane of ['interactive', 'standard'] as const)
      for (let count = 0; count < (lane === 'standard' ? 5 : 1); count++)
        await createQueuedTask(database, userId, { cost: 0, lane });
  const rows = new Set((await window.read()).map(({ id }) => id));
  const seen = (await Task.query(database)).filter(({ id }) => rows.has(id));
  const counts = people.map(({ id }) => {
    const own = seen.filter(({ userId }) => userId === id);
    return [own.length, own.filter(({ lane }) => lane === 'interactive').length];
  });
  // 10 interactive ones and two of five standard ones each.
  expect(counts).toEqual(people.map(() => [3, 1]));
  const [first] = people;
  expect(window.isCut({ userId: first?.id ?? '', lane: 'standard' })).toBe(true);
  expect(window.isCut({ userId: first?.id ?? '', lane: 'interactive' })).toBe(false);

  // The queue is short again.
  await Task.query(database).where({ lane: 'standard' }).delete();
  for (let reads = 0; reads < 2; reads++) expect(await window.read()).toHaveLength(10);
  expect(window.isCut({ userId: first?.id ?? '', lane: 'standard' })).toBe(false);
});

test('with more people than places, the oldest interactive tasks are seen first', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => createUser(database)));
  const tasks: Task[] = [];
  for (const [index, { id }] of people.entries())
    tasks.push(
      await createQueuedTask(database, id, { cost: 0, lane: index < 3 ? 'standard' : 'interactive' }),
    );
  const rows = await createQueueWindow(database, 2).read();
  expect(rows.map(({ id }) => id)).toEqual(tasks.slice(3, 5).map(({ id }) => id));
});
