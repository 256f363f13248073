import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../ground/db/connect.ts';
import { OutboxEvent } from '../../ground/db/models/outboxEvent.ts';
import { Task } from '../../ground/db/models/task.ts';
import type { User } from '../../ground/db/models/user.ts';
import { findBalance } from '../../money/credits/statement.ts';
import { createUser } from '../../testing/db/factories.ts';
import { createSubmitDeps } from '../../testing/db/submitDeps.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock, noonOfToday } from '../../testing/manualClock.ts';
import { type SubmitDeps, submitTask, type TaskSubmission } from '../../work/tasks/accepting/submitTask.ts';

const db = databaseFixture();
let database: Database;
let user: User;
let deps: SubmitDeps;

beforeAll(async () => {
  database = db.database;
  deps = { ...(await createSubmitDeps(database, 5)), clock: createManualClock(noonOfToday()) };
});
beforeEach(async () => {
  user = await createUser(database, 1_000);
});

const tasksOf = (userId: string) => Task.query(database).where({ userId }).orderBy('id');
const withKey = (key: string) => ({ idempotency: { key, bodyHash: 'a'.repeat(64) } });

describe("a server's limit of tasks a day", () => {
  const memberQuota = { guildId: '123456789012345678', tasksPerDay: 2 };
  const request = (values: Partial<TaskSubmission> = {}): TaskSubmission => ({
    userId: user.id,
    role: 'user',
    workflowName: 'text2img',
    params: { prompt: 'a red fox' },
    apiKeyId: null,
    meta: {},
    memberQuota,
    ...values,
  });
  const ask = (values: Partial<TaskSubmission> = {}) => submitTask(deps, request(values));

  test('holds for simultaneous requests, and refused ones leave no trace', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => ask()));
    const refused = answers.filter((one) => one.status === 'rejected');
    expect(refused.map(({ reason }) => reason)).toMatchObject(
      Array(3).fill({ code: 'daily-limit', detail: expect.stringContaining('your 2 tasks of today') }),
    );
    const tasks = await tasksOf(user.id);
    expect(tasks).toHaveLength(2);
    const held = tasks.reduce((sum, { cost }) => sum + cost, 0);
    expect(await findBalance(database, user.id)).toMatchObject({
      available: 1_000 - held,
      held,
      openTasks: 2,
    });
    const events = await OutboxEvent.query(database).where({ userId: user.id });
    expect(new Set(events.map(({ taskId }) => taskId)).size).toBe(2);
  });

  test('counts what was accepted: no repetition and nothing that was refused', async () => {
    const key = withKey('counted once');
    const first = await ask(key);
    expect(await ask(key)).toMatchObject({ replayed: true, task: { id: first.task.id } });
    const refused = ask({ memberQuota: { ...memberQuota, tasksPerDay: 9 }, pricePercent: 1_000_000 });
    await expect(refused).rejects.toMatchObject({ code: 'insufficient-credits' });
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: 'daily-limit' });
    expect(await ask(key)).toMatchObject({ replayed: true });
  });

  test('is of one person, one server and one day', async () => {
    const one = { ...memberQuota, tasksPerDay: 1 };
    await ask({ memberQuota: one });
    await expect(ask({ memberQuota: one })).rejects.toMatchObject({ code: 'daily-limit' });
    const other = await createUser(database, 1_000);
    await ask({ memberQuota: one, userId: other.id });
    await ask({ memberQuota: { ...one, guildId: '223456789012345678' } });
    const tomorrow = createManualClock(new Date(noonOfToday().getTime() + 86_400_000));
    await submitTask({ ...deps, clock: tomorrow }, request({ memberQuota: one }));
    expect(await tasksOf(user.id)).toHaveLength(3);
  });
});
