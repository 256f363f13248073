import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../ground/db/connect.ts';
import { Attempt, type Backend } from '../ground/db/models/backend.ts';
import { AuditRecord } from '../ground/db/models/operation.ts';
import type { User } from '../ground/db/models/user.ts';
import { systemClock } from '../ground/runtime/clock.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../testing/db/factories.ts';
import { untilOneWaits } from '../testing/db/lockWaits.ts';
import { databaseFixture } from '../testing/fixture.ts';
import { recallPrefetched, requeueTask } from './takeBack.ts';

const db = databaseFixture();
let database: Database;
let user: User;
let backend: Backend;
/** On the backend, as its first attempt. */
let taskId: string;

beforeAll(async () => {
  ({ database } = db);
});
beforeEach(async () => {
  user = await createUser(database);
  backend = await createOwnedBackend(database);
  ({ taskId } = await assign(database, await createQueuedTask(database, user.id), backend));
});

const deps = () => ({ database, clock: systemClock, wakeSignals: { sendCancel: () => undefined } });
const requeue = () => requeueTask(deps(), { id: user.id, serviceKey: null }, taskId, 1);
const recall = () => recallPrefetched(deps(), { id: user.id, serviceKey: null }, backend.id);
const findAttempt = () => Attempt.query(database).findById([taskId, 1]).throwIfNotFound();
const patchAttempt = (values: Partial<Attempt>) =>
  Attempt.query(database).findById([taskId, 1]).patch(values);
const countActs = (target: string) => AuditRecord.query(database).where({ target }).resultSize();

describe('a request to put a task back', () => {
  const acts = () => countActs(`task:${taskId}`);

  test('that comes twice is one act, at the time of the first', async () => {
    await requeue();
    const { requeuedAt } = await findAttempt();
    await requeue();
    expect((await findAttempt()).requeuedAt).toEqual(requeuedAt);
    expect(await acts()).toBe(1);
  });

  test('of many administrators at once is one act', async () => {
    await Promise.all([1, 2, 3, 4].map(requeue));
    expect(await acts()).toBe(1);
  });

  test('for an attempt that ends meanwhile changes nothing', async () => {
    const ending = await database.transaction();
    await Attempt.query(ending).findById([taskId, 1]).patch({ state: 'ended' });
    const requeuing = requeue();
    await untilOneWaits(database);
    await ending.commit();
    await requeuing;
    expect((await findAttempt()).requeuedAt).toBeNull();
    expect(await acts()).toBe(0);
  });

  test('for an attempt that is over changes nothing', async () => {
    await patchAttempt({ state: 'ended' });
    await requeue();
    expect((await findAttempt()).requeuedAt).toBeNull();
    expect(await acts()).toBe(0);
  });
});

describe('a request to take back what waits', () => {
  const acts = () => countActs(`backend:${backend.id}`);

  test('that comes twice is one act, at the time of the first', async () => {
    expect(await recall()).toBe(1);
    const { recalledAt } = await findAttempt();
    expect(await recall()).toBe(0);
    expect((await findAttempt()).recalledAt).toEqual(recalledAt);
    expect(await acts()).toBe(1);
  });

  test('of many administrators at once is one act', async () => {
    const recalled = await Promise.all([1, 2, 3, 4].map(recall));
    expect(recalled.toSorted()).toEqual([0, 0, 0, 1]);
    expect(await acts()).toBe(1);
  });

  test('leaves alone what begins meanwhile', async () => {
    const beginning = await database.transaction();
    await Attempt.query(beginning).findById([taskId, 1]).patch({ state: 'running' });
    const recalling = recall();
    await untilOneWaits(database);
    await beginning.commit();
    expect(await recalling).toBe(0);
    expect((await findAttempt()).recalledAt).toBeNull();
    expect(await acts()).toBe(0);
  });

  test('leaves alone what runs', async () => {
    await patchAttempt({ state: 'running' });
    expect(await recall()).toBe(0);
    expect((await findAttempt()).recalledAt).toBeNull();
  });
});
