import { beforeAll, expect, test } from 'vitest';
import { Task } from '../../../ground/db/models/task.ts';
import { User } from '../../../ground/db/models/user.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { createSubmitDeps } from '../../../testing/db/submitDeps.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { type SubmitDeps, submitTask } from './submitTask.ts';

const db = databaseFixture();
let deps: SubmitDeps;
beforeAll(async () => {
  deps = await createSubmitDeps(db.database, 5);
});

const submit = (userId: string) =>
  submitTask(deps, {
    userId,
    role: 'user',
    apiKeyId: null,
    meta: {},
    workflowName: 'text2img',
    params: { prompt: 'a fox' },
  });

test('a request that was let in before the block is refused after it', async () => {
  const { id } = await createUser(db.database, 1_000);
  await User.query(db.database).findById(id).patch({ disabledAt: new Date() });
  await expect(submit(id)).rejects.toMatchObject({ code: 'account-disabled' });
  expect(await Task.query(db.database).where({ userId: id }).resultSize()).toBe(0);
  expect(await findBalance(db.database, id)).toMatchObject({ available: 1_000, held: 0, openTasks: 0 });
});

test('a request during the block is refused, or its task is there afterwards', async () => {
  const { id } = await createUser(db.database, 1_000);
  const blocking = db.database.transaction(async (trx) => {
    await User.query(trx).findById(id).forUpdate();
    const requests = Array.from({ length: 4 }, () =>
      submit(id).catch((error: { code: string }) => error.code),
    );
    await User.query(trx).findById(id).patch({ disabledAt: new Date() });
    return requests;
  });
  // Each waits for the person's row, or begins later.
  for (const outcome of await Promise.all(await blocking)) expect(outcome).toBe('account-disabled');
  expect(await findBalance(db.database, id)).toMatchObject({ held: 0, openTasks: 0 });
});
