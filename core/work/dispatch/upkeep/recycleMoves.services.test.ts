import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { BackendFacts } from '../../../comfy/comfy.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { type Clock, systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { untilOneWaits } from '../../../testing/db/lockWaits.ts';
import { silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createDueRecycle, type RecycleLimits } from './dueRecycle.ts';
import { windowLooks } from './memoryWatch.ts';
import { createRecycle } from './recycle.ts';
import { createRecycleMoves } from './recycleMoves.ts';

const db = databaseFixture();
let database: Database;

beforeAll(async () => {
  ({ database } = db);
});
beforeEach(() => Backend.query(database).patch({ recycleState: null }));

const movesOf = ({ id, owner, epoch }: Backend) =>
  createRecycleMoves({ database, clock: systemClock }, owner ?? '', { backendId: id, epoch });
const find = ({ id }: Backend) => Backend.query(database).findById(id).throwIfNotFound();
const draining = { recycleState: 'draining', draining: true } as const;

test('of two backends that are due at once one is recycled', async () => {
  const due = await Promise.all([1, 2, 3, 4].map(() => createOwnedBackend(database)));
  const begun = await Promise.all(due.map((backend) => movesOf(backend).begin('A test.')));
  expect(begun.filter(Boolean)).toHaveLength(1);
});

test('a recycle that begins while another looks is seen by it', async () => {
  const [first, second] = [await createOwnedBackend(database), await createOwnedBackend(database)];
  const trx = await database.transaction();
  await trx('leader').where({ id: 1 }).forUpdate();
  const begun = movesOf(second).begin('A test.');
  await untilOneWaits(database);
  await Backend.query(trx)
    .findById(first.id)
    .patch({ ...draining, recycleSince: new Date() });
  await trx.commit();
  expect(await begun).toBe(false);
  expect(await find(second)).toMatchObject({ recycleState: null, draining: false });
});

test('a recycle that stands still for an hour holds up no other', async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const gone = await createOwnedBackend(database, newId(), {
    recycleState: 'restarting',
    draining: true,
    recycleSince: minutesAgo(55),
  });
  const due = await createOwnedBackend(database);
  expect(await movesOf(due).begin('A test.')).toBe(false);
  await gone.$query(database).patch({ recycleSince: minutesAgo(61) });
  expect(await movesOf(due).begin('A test.')).toBe(true);
  expect(await find(gone)).toMatchObject({ recycleState: 'restarting', draining: true });
});

test('prompts of other programs hold up a recycle without a hook for an hour at most', async () => {
  const since = (minutes: number) => ({ recycleSince: new Date(Date.now() - minutes * 60_000) });
  const backend = await createOwnedBackend(database, newId(), {
    ...draining,
    recycleReturns: true,
    ...since(55),
  });
  const { id, owner, epoch, url } = backend;
  const calls: string[] = [];
  const recycle = createRecycle(
    {
      database,
      clock: systemClock,
      logger: silentLogger,
      client: {
        queue: async () => ({ running: ['foreign'], pending: [] }) as never,
        free: async () => void calls.push('free'),
      },
      permit: { isYoung: () => true, renew: async () => true },
      wakeSignals: { send: () => undefined },
      recycling: { afterHours: 0, memoryGrowthBytes: 0 },
      residency: { forget: async () => undefined },
      breaker: { renew: () => undefined },
      left: new AbortController().signal,
    },
    owner ?? '',
    { id, url },
    { backendId: id, epoch },
  );
  const step = async () => {
    await recycle.step({ hasAnswered: true, facts: undefined, isStuck: false });
    return (await find(backend)).recycleState;
  };
  expect(await step()).toBe('draining');
  await backend.$query(database).patch(since(61));
  expect([await step(), await step(), await step()]).toEqual(['freeing', 'freeing', null]);
  expect(calls).toEqual(['free']);
  expect(await find(backend)).toMatchObject({ draining: false, recycleFault: null });
});

test('a backend is freed once no slot has a task that may end there', async () => {
  const backend = await createOwnedBackend(database);
  const user = await createUser(database);
  const { taskId } = await assign(database, await createQueuedTask(database, user.id), backend);
  await backend.$query(database).patch(draining);
  expect(await movesOf(backend).free()).toBe(false);
  expect((await find(backend)).recycleState).toBe('draining');
  await database('tasks').where({ id: taskId }).update({ status: 'cancelled' });
  expect(await movesOf(backend).free()).toBe(true);
});

test('an owner that lost its backend makes no move of a recycle', async () => {
  const backend = await createOwnedBackend(database);
  const moves = movesOf(backend);
  await backend.$query(database).patch({ epoch: backend.epoch + 1 });
  expect(await moves.begin('A test.')).toBe(false);
  await backend.$query(database).patch(draining);
  expect(await moves.free()).toBe(false);
  await backend.$query(database).patch({ recycleState: 'freeing' });
  expect([await moves.restart(), await moves.end('freeing', null)]).toEqual([false, false]);
  expect(await find(backend)).toMatchObject({ recycleState: 'freeing', draining: true });
});

test('a move of a recycle is made once, from its own state', async () => {
  const backend = await createOwnedBackend(database, newId(), draining);
  const moves = movesOf(backend);
  expect([await moves.restart(), await moves.end('freeing', null)]).toEqual([false, false]);
  expect([await moves.free(), await moves.free()]).toEqual([true, false]);
  expect([await moves.end('freeing', null), await moves.end('freeing', null)]).toEqual([true, false]);
});

test.each<[string, Partial<Backend>]>([
  ['drained', { draining: true }],
  ['disabled', { enabled: false }],
  ['down', { state: 'down' }],
  ['removed', { removedAt: new Date() }],
])('a backend that is %s is not recycled unasked', async (_what, values) => {
  const backend = await createOwnedBackend(database, newId(), values);
  expect(await movesOf(backend).begin('A test.')).toBe(false);
});

const facts = (usedBytes: number): BackendFacts => ({
  version: '0.33.0',
  maxUploadBytes: 1,
  keptResults: 0,
  previewMethod: undefined,
  hasJobsApi: true,
  devices: [{ name: 'a card', type: 'cuda', vramTotalBytes: 100, vramFreeBytes: 90 }],
  ramTotalBytes: 1_000_000,
  ramFreeBytes: 1_000_000 - usedBytes + 10,
});

function dueLook(backend: Backend, limits: Partial<RecycleLimits>, clock: Pick<Clock, 'now'> = systemClock) {
  const deps = { database, clock, moves: movesOf(backend) };
  const ownership = { backendId: backend.id, epoch: backend.epoch };
  const all = { afterHours: 0, memoryGrowthBytes: 0, ...limits };
  const look = createDueRecycle(deps, backend.owner ?? '', ownership, all);
  return async (usedBytes: number, times = 1) => {
    for (let time = 0; time < times; time += 1) await look(await find(backend), facts(usedBytes));
    return (await find(backend)).recycleReason;
  };
}

test('a backend is recycled at its age, and not before', async () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const young = await createOwnedBackend(database, newId(), { freshSince: hoursAgo(1) });
  expect(await dueLook(young, { afterHours: 24 })(1)).toBeNull();
  // A machine whose clock is wrong recycles nothing: the database's decides.
  const wrong = { now: () => new Date(Date.now() + 48 * 3_600_000) };
  expect(await dueLook(young, { afterHours: 24 }, wrong)(1)).toBeNull();
  const old = await createOwnedBackend(database, newId(), { freshSince: hoursAgo(25) });
  expect(await dueLook(old, { afterHours: 24 })(1)).toContain('RECYCLE_AFTER_HOURS');
});

test('only memory that a backend keeps counts as its growth', async () => {
  const values = { freshSince: new Date(), residency: ['checkpoints/a'] };
  const backend = await createOwnedBackend(database, newId(), values);
  const use = dueLook(backend, { memoryGrowthBytes: 500 });
  await use(900, windowLooks - 1);
  expect(await use(1_000)).toBeNull();
  expect(Number((await find(backend)).memoryFloorBytes)).toBe(900);
  // Nothing is loaded: what it uses is not what it keeps.
  await backend.$query(database).patch({ residency: [] });
  await use(9_000, windowLooks);
  await backend.$query(database).patch({ residency: values.residency });
  await use(9_000, windowLooks - 1);
  expect(await use(1_000)).toBeNull();
  // Used for a while, and given back.
  await use(5_000, windowLooks - 1);
  await use(1_000);
  expect(await use(5_000, windowLooks - 1)).toBeNull();
  expect(await use(5_000)).toContain('RECYCLE_MEMORY_GROWTH_MB');
});
