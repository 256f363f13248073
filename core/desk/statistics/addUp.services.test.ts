import { beforeAll, beforeEach, expect, test } from 'vitest';
import { Attempt, filmDeskUrl } from '../../ground/db/models/backend.ts';
import { StatisticsHead, TaskStatistics } from '../../ground/db/models/statistics.ts';
import { Task } from '../../ground/db/models/task.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createOwnedBackend, createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { addUpStatistics, hourMs } from './addUp.ts';
import { readStatistics } from './readStatistics.ts';
import { sampleQueue } from './sampleQueue.ts';

const never = new AbortController().signal;
const midnight = new Date('2026-05-01T00:00:00.000Z');
const at = (ms: number) => new Date(midnight.getTime() + ms);
const aDay = { from: midnight, to: at(24 * hourMs) };

const db = databaseFixture();
let userId: string;
let backendId: string;
beforeAll(async () => {
  userId = (await createUser(db.database, 1_000)).id;
  backendId = (await createOwnedBackend(db.database, newId())).id;
});
beforeEach(async () => {
  await Task.query(db.database).delete();
  for (const table of ['tasks', 'credits', 'queue']) await db.database(`statistics_${table}`).delete();
  await StatisticsHead.query(db.database).findById(1).patch({ addedTo: null });
});

/** A task that waited 4 seconds and ran `runSeconds`, in `attempts` attempts of a second less each. */
async function addEnded(
  endedMs: number,
  ended: Partial<Task>,
  { runSeconds = 10, attempts = 1, on = backendId } = {},
): Promise<void> {
  const { id } = await createQueuedTask(db.database, userId, {
    workflowName: 'text2img',
    params: { model: 'a.safetensors', prompt: 'x' },
  });
  const startedMs = endedMs - runSeconds * 1_000;
  await Task.query(db.database)
    .findById(id)
    .patch({
      createdAt: at(startedMs - 4_000),
      startedAt: at(startedMs),
      finishedAt: at(endedMs),
      ...ended,
    });
  for (let attempt = 1; attempt <= attempts; attempt++)
    await Attempt.query(db.database).insert({
      taskId: id,
      attempt,
      backendId: on,
      promptId: newId(),
      state: 'ended',
      assignedAt: at(startedMs),
      startedAt: at(startedMs),
      endedAt: at(endedMs - 1_000),
    });
}

const createDeps = (ms: number) => {
  const clock = createManualClock();
  return { database: db.database, clock: { ...clock, now: () => at(ms) } };
};

test('an hour is added up once, however many leaders do', async () => {
  await addEnded(hourMs - 1, { status: 'succeeded' });
  await addEnded(hourMs - 1, { status: 'succeeded', cached: true, startedAt: null });
  await addEnded(hourMs / 2, { status: 'failed' }, { runSeconds: 20, attempts: 2 });
  const desk = await createOwnedBackend(db.database, newId(), { url: filmDeskUrl });
  // An edit of a film is a task that takes no GPU.
  await addEnded(hourMs / 2, { status: 'succeeded' }, { on: desk.id });
  await addEnded(hourMs, { status: 'cancelled' });
  const deps = createDeps(2 * hourMs);
  const added = await Promise.all([addUpStatistics(deps, never), addUpStatistics(deps, never)]);
  expect(added[0] + added[1]).toBe(1);
  expect(await addUpStatistics(deps, never)).toBe(0);
  const { tasks, models, addedTo } = await readStatistics(deps, { span: 'hour', ...aDay });
  const first = { succeeded: 3, failed: 1, cancelled: 0, cached: 1, begun: 3, gpuSeconds: 9 + 9 + 19 + 19 };
  const last = { at: at(hourMs), succeeded: 0, cancelled: 1, gpuSeconds: 9 };
  const ofFirst = { at: midnight, ...first, waitSeconds: 12, runSeconds: 40 };
  // The hour that may still settle and the running one are as they stand.
  expect(tasks).toMatchObject([ofFirst, last, { at: at(2 * hourMs), succeeded: 0, gpuSeconds: 0 }]);
  const all = { ...first, cancelled: 1, begun: 4, gpuSeconds: first.gpuSeconds + 9 };
  expect(models).toMatchObject([{ workflow: 'text2img', model: 'a.safetensors', ...all }]);
  expect(addedTo).toEqual(at(hourMs));
});

test('an hour waits until what ended in it is committed', async () => {
  await addEnded(1_000, { status: 'succeeded' });
  expect(await addUpStatistics(createDeps(hourMs + 9 * 60_000), never)).toBe(0);
  expect(await addUpStatistics(createDeps(hourMs + 10 * 60_000), never)).toBe(1);
});

test('a day is the sum of its hours, also after their rows are gone', async () => {
  await addEnded(hourMs / 2, { status: 'succeeded' });
  await addEnded(5 * hourMs, { status: 'succeeded' });
  await addEnded(24 * hourMs, { status: 'succeeded' });
  await sampleQueue(createDeps(hourMs));
  expect(await addUpStatistics(createDeps(25 * hourMs), never)).toBe(24);
  await TaskStatistics.query(db.database).delete().where({ span: 'hour' });
  const { tasks, queue } = await readStatistics(createDeps(25 * hourMs), { span: 'day', ...aDay });
  expect(tasks).toMatchObject([{ at: midnight, succeeded: 2, runSeconds: 20 }]);
  expect(queue).toMatchObject([{ at: midnight, samples: 1 }]);
});

test('the length of the queue has a mean and a peak', async () => {
  const deps = createDeps(hourMs + 60_000);
  await createQueuedTask(db.database, userId, {});
  await sampleQueue(deps);
  for (let more = 0; more < 2; more++) await createQueuedTask(db.database, userId, {});
  await sampleQueue(deps);
  const { queue } = await readStatistics(deps, { span: 'hour', ...aDay });
  expect(queue).toMatchObject([{ at: at(hourMs), samples: 2, waitingSum: 4, waitingMost: 3, runningSum: 0 }]);
});

test('credits are summed by kind, from the transfers of the hour', async () => {
  await createUser(db.database, 77);
  // An hour may have ended between the first of them and this one.
  const first = await db.database('transfers').min('createdAt as at').first();
  const startMs = first?.at.getTime() - (first?.at.getTime() % hourMs);
  await StatisticsHead.query(db.database)
    .findById(1)
    .patch({ addedTo: new Date(startMs) });
  const deps = { database: db.database, clock: { now: () => new Date(startMs + 3 * hourMs) } };
  expect(await addUpStatistics(deps, never)).toBe(2);
  const within = { span: 'hour', from: new Date(startMs), to: new Date(startMs + 2 * hourMs) } as const;
  const { credits } = await readStatistics(deps, within);
  const grants = credits.filter(({ kind }) => kind === 'grant').reduce((sum, { amount }) => sum + amount, 0);
  const [granted] = await db.database('transfers').where({ kind: 'grant' }).sum('amount as sum');
  expect(grants).toBe(Number(granted?.sum));
  expect(grants).toBeGreaterThanOrEqual(77);
});
