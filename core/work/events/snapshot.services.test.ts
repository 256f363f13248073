import { expect, test } from 'vitest';
import { Task, type TaskStatus } from '../../ground/db/models/task.ts';
import type { StreamName } from '../../ground/redis/redisKeys.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { presentRows } from '../../testing/events.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import type { TaskEvent } from './event.ts';
import { presentSeq, type Seq } from './seq.ts';
import { takeSnapshot } from './snapshot.ts';

const db = databaseFixture();

const last: Seq = { ms: Date.now(), n: 7, mark: 'a'.repeat(24) };

/** Copies of a real task, so that thousands are there at once. */
async function addTasks(apiKeyId: string, statuses: readonly TaskStatus[], userCount: number) {
  const users = await Promise.all(Array.from({ length: userCount }, () => createUser(db.database)));
  const one = await createQueuedTask(db.database, users[0]?.id ?? '');
  const template = await db.database(Task.tableName).where({ id: one.id }).first();
  const finishedAt = new Date();
  const rows = statuses.map((status, at) => ({
    ...template,
    params: JSON.stringify(one.params),
    meta: JSON.stringify(one.meta),
    id: newId(),
    userId: users[at % users.length]?.id,
    apiKeyId,
    status,
    finishedAt: status === 'queued' || status === 'running' ? null : finishedAt,
  }));
  for (let start = 0; start < rows.length; start += 500)
    await db.database(Task.tableName).insert(rows.slice(start, start + 500));
  return rows.map(({ id, userId }) => ({ id, userId }));
}

async function readPages(stream: StreamName, since?: Seq) {
  const looks: number[] = [];
  const present = presentRows(db.database);
  const presentTasks = (ids: readonly string[]) => {
    looks.push(ids.length);
    return present(ids);
  };
  const deps = { database: db.database, clock: systemClock, presentTasks };
  const snapshot = await takeSnapshot(deps, { stream, since }, last);
  const pages: TaskEvent[] = [];
  for await (const page of snapshot.pages) pages.push(page);
  return { pages, looks, seq: snapshot.seq };
}

const idsOf = (pages: readonly TaskEvent[]) =>
  pages.flatMap((page) =>
    (page.data.tasks as { id: string }[]).map(({ id }) => ({ id, userId: page.userId })),
  );
const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);

test("a service's snapshot reads a hundred tasks at a time across people", async () => {
  const statuses: TaskStatus[] = Array.from({ length: 1_150 }, (_, at) =>
    at < 450 ? 'queued' : at < 500 ? 'running' : at < 1_000 ? 'succeeded' : 'failed',
  );
  const tasks = await addTasks('keykeyke', statuses, 20);
  const { pages, looks } = await readPages({ kind: 'key', id: 'keykeyke' });
  expect(idsOf(pages).sort(byId)).toEqual(tasks.sort(byId));
  expect(looks).toEqual([...Array.from({ length: 11 }, () => 100), 50]);
});

test('only the last page of a snapshot carries its seq', async () => {
  await addTasks('brokenof', Array.from<TaskStatus>({ length: 10 }).fill('queued'), 5);
  const since = { ms: Date.now() - 60_000, n: 3, mark: 'b'.repeat(24) };
  for (const [known, expected] of [
    [since, presentSeq(since)],
    [undefined, expect.stringMatching(/^\d+-0$/)],
  ] as const) {
    const { pages, seq } = await readPages({ kind: 'key', id: 'brokenof' }, known);
    expect(seq).toEqual(last);
    expect(pages.map((page) => page.seq)).toEqual([
      ...Array.from({ length: 4 }, () => expected),
      presentSeq(last),
    ]);
  }
});

test("a snapshot holds the latest thousand of a person's ended tasks", async () => {
  const user = await createUser(db.database);
  const [task] = await addTasks('finished', ['succeeded'], 1);
  const template = await db.database(Task.tableName).where({ id: task?.id }).first();
  const endedAt = Date.now();
  const rows = Array.from({ length: 1_030 }, (_, at) => ({
    ...template,
    params: '{}',
    meta: '{}',
    id: newId(),
    userId: user.id,
    finishedAt: new Date(endedAt - at * 7),
  }));
  for (let start = 0; start < rows.length; start += 515)
    await db.database(Task.tableName).insert(rows.slice(start, start + 515));
  const { pages } = await readPages({ kind: 'user', id: user.id }, { ms: endedAt - 3_600_000, n: 1 });
  const latest = rows.slice(0, 1_000).map(({ id, userId }) => ({ id, userId }));
  expect(idsOf(pages).sort(byId)).toEqual(latest.sort(byId));
});
