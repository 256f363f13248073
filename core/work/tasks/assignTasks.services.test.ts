import { beforeAll, beforeEach, expect, test } from 'vitest';
import { pauseQueue } from '../../desk/pauseQueue.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Attempt, type Backend, Slot } from '../../ground/db/models/backend.ts';
import { Task } from '../../ground/db/models/task.ts';
import type { User } from '../../ground/db/models/user.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import {
  assign,
  createOwnedBackend,
  createQueuedTask,
  createUser,
  lead,
} from '../../testing/db/factories.ts';
import { watchPackets } from '../../testing/db/statements.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { assignTasks } from './assignTasks.ts';
import { leads } from './leaderFence.ts';

const db = databaseFixture();
let database: Database;
let user: User;
let backend: Backend;
const deps = () => ({ database, clock: systemClock });

beforeAll(async () => {
  database = db.database;
});
beforeEach(async () => {
  user = await createUser(database);
  backend = await createOwnedBackend(database);
});

const statusOf = async (id: string) => (await Task.query(database).findById(id))?.status;

test('a task or backend locked by another transaction delays no other assignment', async () => {
  const queue = () => createQueuedTask(database, user.id);
  const [a, b, c] = [await queue(), await queue(), await queue()];
  const [lockedBackend, freeBackend] = [backend, await createOwnedBackend(database)];
  const planned = [
    { taskId: a.id, attempt: 0, backendId: lockedBackend.id, slot: 0 as const },
    { taskId: b.id, attempt: 0, backendId: freeBackend.id, slot: 0 as const },
    { taskId: c.id, attempt: 0, backendId: freeBackend.id, slot: 1 as const },
  ];
  const vanished = await database.transaction();
  await vanished('backends').where({ id: lockedBackend.id }).forUpdate();
  await vanished('tasks').where({ id: c.id }).forUpdate();
  const leader = await lead(database, newId());
  const made = await assignTasks(deps(), leader, planned);
  expect(made).toMatchObject({ tried: [planned[1]], isPaused: false });
  expect(made?.done).toMatchObject([{ ...planned[1], attempt: 1 }]);
  await vanished.rollback();
  const later = await assignTasks(deps(), leader, planned);
  expect(later?.tried).toEqual(planned);
  expect(later?.done.map(({ taskId }) => taskId)).toEqual([a.id, c.id]);
});

test('a plan that all holds for is one round trip, with the prompts that its owners chose', async () => {
  const tasks = [await createQueuedTask(database, user.id), await createQueuedTask(database, user.id)];
  const { owner, epoch } = backend;
  const prompt = { promptId: newId(), owner: owner ?? '', epoch };
  const planned = tasks.map(({ id }, slot) => ({
    taskId: id,
    attempt: 0,
    backendId: backend.id,
    slot: slot as 0 | 1,
    prompt: slot === 0 ? prompt : undefined,
  }));
  const leader = await lead(database, newId());
  const packets: string[] = [];
  using _watching = watchPackets(new URL(db.url).pathname.slice(1), (packet) => packets.push(packet));
  const made = await assignTasks(deps(), leader, planned);
  expect(packets.filter((packet) => !packet.startsWith('SET SESSION'))).toEqual([
    expect.stringMatching(/^INSERT INTO slots.*;\nCOMMIT$/s),
  ]);
  expect(made?.done.map(({ task, attempt }) => [task.status, task.attempt, attempt])).toEqual([
    ['assigned', 1, 1],
    ['assigned', 1, 1],
  ]);
  const [posted, assigned] = await Promise.all(
    tasks.map(({ id }) => Attempt.query(database).findById([id, 1])),
  );
  expect(posted).toMatchObject({ state: 'posted', promptId: prompt.promptId, postedAt: expect.any(Date) });
  expect(assigned).toMatchObject({ state: 'assigned', promptId: null, postedAt: null });
});

test.each([
  ['another dispatcher', { owner: newId() }],
  ['the same one again', { epoch: 9 }],
])('a prompt is not saved where %s has taken the backend', async (_, taken) => {
  const task = await createQueuedTask(database, user.id);
  const prompt = { promptId: newId(), owner: backend.owner ?? '', epoch: backend.epoch };
  await backend.$query(database).patch(taken);
  const planned = [{ taskId: task.id, attempt: 0, backendId: backend.id, slot: 0 as const, prompt }];
  const made = await assignTasks(deps(), await lead(database, newId()), planned);
  expect(made?.done).toMatchObject([{ taskId: task.id, prompt: undefined }]);
  expect(await Attempt.query(database).findById([task.id, 1])).toMatchObject({
    state: 'assigned',
    promptId: null,
  });
});

test('a paused queue assigns nothing, and goes on where it was', async () => {
  const task = await createQueuedTask(database, user.id);
  const planned = [{ taskId: task.id, attempt: 0, backendId: backend.id, slot: 0 as const }];
  const leader = await lead(database, newId());
  const pause = (isPaused: boolean) =>
    pauseQueue(
      { ...deps(), wakeSignals: { send: () => undefined } },
      { id: user.id, serviceKey: null },
      isPaused,
    );
  await pause(true);
  expect(await assignTasks(deps(), leader, planned)).toMatchObject({ done: [], isPaused: true });
  expect(await statusOf(task.id)).toBe('queued');
  // Another dispatcher that takes over finds it paused.
  const next = await lead(database, newId());
  expect(await assignTasks(deps(), next, planned)).toMatchObject({ done: [], isPaused: true });
  await pause(false);
  expect((await assignTasks(deps(), next, planned))?.done).toHaveLength(1);
});

test.each([{ draining: true }, { enabled: false }])(
  'a backend with %j gets no task that was planned before',
  async (change) => {
    const task = await createQueuedTask(database, user.id);
    const planned = [{ taskId: task.id, attempt: 0, backendId: backend.id, slot: 0 as const }];
    const leader = await lead(database, newId());
    await backend.$query(database).patch(change);
    expect((await assignTasks(deps(), leader, planned))?.done).toEqual([]);
    expect(await statusOf(task.id)).toBe('queued');
    await backend.$query(database).patch({ draining: false, enabled: true });
    expect((await assignTasks(deps(), leader, planned))?.done).toHaveLength(1);
  },
);

test('a backend takes one running and one waiting task, no third', async () => {
  const tasks = await Promise.all([1, 2, 3].map(() => createQueuedTask(database, user.id)));
  const [first, second, third] = tasks;
  if (!first || !second || !third) throw new Error('three tasks');
  await assign(database, first, backend, 0);
  await assign(database, second, backend, 1);
  const leader = await lead(database, newId());
  const other = await createOwnedBackend(database);
  const fourth = await createQueuedTask(database, user.id);
  for (const slot of [0, 1] as const) {
    const planned = { taskId: third.id, attempt: 0, backendId: backend.id, slot };
    const beside = { taskId: fourth.id, attempt: 0, backendId: other.id, slot };
    const made = await assignTasks(deps(), leader, [planned, beside]);
    expect(made?.done).toMatchObject(slot === 0 ? [{ ...beside, attempt: 1 }] : []);
  }
  expect(await Task.query(database).findById(third.id)).toMatchObject({ status: 'queued', attempt: 0 });
});

test('two plans of one task for two backends give it to one', async () => {
  const task = await createQueuedTask(database, user.id);
  const other = await createOwnedBackend(database);
  const leader = await lead(database, newId());
  const plans = await Promise.all(
    [backend, other].map((one) =>
      assignTasks(deps(), leader, [{ taskId: task.id, attempt: 0, backendId: one.id, slot: 0 }]),
    ),
  );
  expect(plans.flatMap((plan) => plan?.done)).toEqual([
    expect.objectContaining({ taskId: task.id, attempt: 1 }),
  ]);
  expect(await Slot.query(database).where({ taskId: task.id }).resultSize()).toBe(1);
});

test('an assignment comes with its row, as another read has it', async () => {
  const task = await createQueuedTask(database, user.id, {
    params: { prompt: 'ink' },
    notBefore: new Date(0),
  });
  const leader = await lead(database, newId());
  const planned = { taskId: task.id, attempt: 0, backendId: backend.id, slot: 0 as const };
  const made = await assignTasks(deps(), leader, [planned]);
  expect(made?.done[0]?.task).toEqual(await Task.query(database).findById(task.id));
});

test.each<[string, Partial<Backend>]>([
  ['disabled', { enabled: false }],
  ['draining', { draining: true }],
  ['removed', { removedAt: new Date() }],
  ['down', { state: 'down' }],
  ['without an owner', { owner: null }],
  ['of a dead owner', { leaseUntil: new Date(0) }],
])('a backend that is %s is given nothing, whatever was planned', async (_what, values) => {
  const task = await createQueuedTask(database, user.id);
  const leader = await lead(database, newId());
  const planned = { taskId: task.id, attempt: 0, backendId: backend.id, slot: 0 as const };
  await backend.$query(database).patch(values);
  expect(await assignTasks(deps(), leader, [planned])).toMatchObject({ tried: [], done: [] });
  expect(await statusOf(task.id)).toBe('queued');
});

test('a backend on trial is given one task at a time', async () => {
  const [first, second] = [
    await createQueuedTask(database, user.id),
    await createQueuedTask(database, user.id),
  ];
  const leader = await lead(database, newId());
  await backend.$query(database).patch({ state: 'trial' });
  const give = async ({ id: taskId }: Task, slot: 0 | 1) =>
    (await assignTasks(deps(), leader, [{ taskId, attempt: 0, backendId: backend.id, slot }]))?.done.length;
  expect([await give(first, 0), await give(second, 1)]).toEqual([1, 0]);
});

test('a replaced leader assigns nothing', async () => {
  const task = await createQueuedTask(database, user.id);
  const replaced = await lead(database, newId());
  await lead(database, newId());
  const planned = { taskId: task.id, attempt: 0, backendId: backend.id, slot: 0 as const };
  expect(await assignTasks(deps(), replaced, [planned])).toBeUndefined();
  expect(await statusOf(task.id)).toBe('queued');
});

test('a leader that was replaced no longer leads', async () => {
  const leader = await lead(database, newId());
  expect(await inTransaction(database, (trx) => leads(trx, leader))).toBe(true);
  await lead(database, newId());
  expect(await inTransaction(database, (trx) => leads(trx, leader))).toBe(false);
});

test('a leader that leads again plans nothing under its old epoch', async () => {
  const leader = await lead(database, newId());
  const past = { ...leader, epoch: leader.epoch - 1 };
  expect(await inTransaction(database, (trx) => leads(trx, past))).toBe(false);
  expect(await inTransaction(database, (trx) => leads(trx, leader))).toBe(true);
});
