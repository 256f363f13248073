import { beforeAll, expect, test } from 'vitest';
import { Attempt, type Backend } from '../../../ground/db/models/backend.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { task as readyTask } from '../../../testing/dispatch/planInput.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createTaskIndex } from '../planner/taskIndex.ts';
import { rememberPlans } from './rememberPlans.ts';

const db = databaseFixture();
let backend: Backend;

beforeAll(async () => {
  backend = await createOwnedBackend(db.database);
});

test('a new leader reads from rows what each person got', async () => {
  const { database } = db;
  const [busy, waiting] = [await createUser(database), await createUser(database)];
  await createQueuedTask(database, waiting.id);
  const ended = await createQueuedTask(database, busy.id);
  await assign(database, ended, backend, 0);
  const startedAt = new Date(Date.now() - 60_000);
  const endedAt = new Date(startedAt.getTime() + 40_000);
  await Attempt.query(database).findById([ended.id, 1]).patch({ state: 'ended', startedAt, endedAt });
  await Task.query(database).findById(ended.id).patch({ status: 'succeeded', finishedAt: endedAt });
  const running = await createQueuedTask(database, busy.id, { estimateSeconds: 7 });
  await assign(database, running, backend, 1);
  const left = await createQueuedTask(database, busy.id);
  const [last] = await Attempt.query(database).where({ taskId: running.id });

  const plans = rememberPlans({ database, clock: systemClock });
  const next = readyTask(left.id, { userId: busy.id, createdAtMs: left.createdAt.getTime() - 10_000 });
  const other = readyTask('other', { userId: waiting.id, createdAtMs: 1 });
  const { servedSeconds, firstSinceMs } = await plans.see(createTaskIndex([other, next]));
  expect((servedSeconds.get(busy.id) ?? 0) - (servedSeconds.get(waiting.id) ?? 0)).toBe(47);
  expect(firstSinceMs?.get(left.id)).toBe(last?.assignedAt.getTime());
  expect(firstSinceMs?.get('other')).toBe(1);

  // What it charges itself lasts as long as it leads.
  plans.charge(busy.id, 100);
  expect((await plans.see(createTaskIndex([other, next]))).servedSeconds.get(busy.id)).toBe(147);
  plans.forget();
  expect((await plans.see(createTaskIndex([other, next]))).servedSeconds.get(busy.id)).toBe(47);
});
