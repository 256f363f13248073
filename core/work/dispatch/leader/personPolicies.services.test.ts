import { beforeAll, expect, test } from 'vitest';
import { Attempt, type Backend, Slot } from '../../../ground/db/models/backend.ts';
import { Task, type Task as TaskRow } from '../../../ground/db/models/task.ts';
import { type Role, RolePolicyRecord, User } from '../../../ground/db/models/user.ts';
import { systemClock as clock } from '../../../ground/runtime/clock.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { task as readyTask } from '../../../testing/dispatch/planInput.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { listHeldBack } from '../planner/heldSlots.ts';
import { createTaskIndex } from '../planner/taskIndex.ts';
import { listHeldSeconds } from './openBackends.ts';
import { createPersonPolicies } from './personPolicies.ts';
import { readPool } from './poolRows.ts';
import { rememberPlans } from './rememberPlans.ts';

const db = databaseFixture();
let backend: Backend;
beforeAll(async () => {
  backend = await createOwnedBackend(db.database);
});

const version = { user: 0, moderator: 0, admin: 0 };
async function setPolicy(role: Role, policy: Partial<RolePolicyRecord>): Promise<void> {
  version[role] += 1;
  const unset = { weight: 1, openTasks: null, simultaneousTasks: null, createdAt: new Date() };
  await RolePolicyRecord.query(db.database).insert({ role, version: version[role], ...unset, ...policy });
}

async function end(task: TaskRow, ranSeconds: number): Promise<void> {
  const { database } = db;
  const [startedAt, endedAt] = [new Date(Date.now() - ranSeconds * 1_000), new Date()];
  await Attempt.query(database).findById([task.id, 1]).patch({ state: 'ended', startedAt, endedAt });
  await Slot.query(database).where({ taskId: task.id }).delete();
  await Task.query(database).findById(task.id).patch({ status: 'succeeded', finishedAt: endedAt });
}

test('a new leader counts what people got by the weights of then', async () => {
  const { database } = db;
  const [before, after, other] = [
    await createUser(database),
    await createUser(database),
    await createUser(database),
  ];
  await User.query(database).findByIds([before.id, after.id]).patch({ role: 'admin' });
  await createQueuedTask(database, other.id);
  await setPolicy('admin', { weight: 2, createdAt: new Date(Date.now() - 600_000) });
  const ran = async ({ id }: User) => {
    const task = await createQueuedTask(database, id);
    await assign(database, task, backend, 1);
    await end(task, 40);
    return task;
  };
  const earlier = await ran(before);
  const assignedAt = new Date(Date.now() - 60_000);
  await Attempt.query(database).findById([earlier.id, 1]).patch({ assignedAt });
  await setPolicy('admin', { weight: 4, createdAt: new Date(Date.now() - 30_000) });
  await ran(after);
  const waiting = [before, after, other].map(({ id: userId }) => readyTask(userId, { userId }));
  const { servedSeconds } = await rememberPlans({ database, clock }).see(createTaskIndex(waiting));
  const gotBy = ({ id }: User) =>
    Math.round((servedSeconds.get(id) ?? 0) - (servedSeconds.get(other.id) ?? 0));
  expect([gotBy(before), gotBy(after)]).toEqual([20, 10]);
  await setPolicy('admin', {});
});

test('a role decides what its people have, from the next second on', async () => {
  const [user, moderator] = [await createUser(db.database), await createUser(db.database)];
  await User.query(db.database).findById(moderator.id).patch({ role: 'moderator' });
  const everybody = () => [user.id, moderator.id];
  const read = () => createPersonPolicies({ database: db.database, clock }).read(everybody);
  expect([...(await read()).keys()]).toEqual([]);
  await setPolicy('moderator', { weight: 3 });
  expect([...(await read())]).toMatchObject([[moderator.id, { weight: 3, simultaneousTasks: null }]]);
  await setPolicy('user', { simultaneousTasks: 2 });
  expect((await read()).get(user.id)).toMatchObject({ weight: 1, simultaneousTasks: 2 });
  await setPolicy('moderator', {});
  expect((await read()).has(moderator.id)).toBe(false);
  await setPolicy('user', {});
});

test('a new leader counts the slots that people hold, on any backend', async () => {
  const { database } = db;
  await setPolicy('user', { simultaneousTasks: 2 });
  const user = await createUser(database);
  const drained = await createOwnedBackend(database, backend.owner ?? '', { draining: true });
  const [first, second] = [
    await createQueuedTask(database, user.id),
    await createQueuedTask(database, user.id),
  ];
  await assign(database, first, backend, 0);
  await assign(database, second, drained, 0);
  const isHeldBack = async () => {
    const policies = await createPersonPolicies({ database, clock }).read(() => [user.id]);
    const heldSeconds = listHeldSeconds(await readPool(database), Date.now(), { secondsPerUnit: new Map() });
    return listHeldBack({ policies, heldSeconds }, [user.id]).has(user.id);
  };
  expect(await isHeldBack()).toBe(true);
  // Cancelled, and its prompt goes on until its owner has stopped it.
  await Task.query(database).findById(first.id).patch({ status: 'cancelled', finishedAt: new Date() });
  expect(await isHeldBack()).toBe(true);
  await end(second, 1);
  expect(await isHeldBack()).toBe(false);
  await Slot.query(database).where({ taskId: first.id }).delete();
  await setPolicy('user', {});
});
