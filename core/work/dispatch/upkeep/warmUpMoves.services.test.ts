import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../ground/db/connect.ts';
import type { Backend } from '../../../ground/db/models/backend.ts';
import { WarmUp } from '../../../ground/db/models/warmUp.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createWarmUpMoves, type WarmUpMoves } from './warmUpMoves.ts';

const db = databaseFixture();
let database: Database;
let backend: Backend;
let warmUp: WarmUp;
let moves: WarmUpMoves;

beforeAll(async () => {
  ({ database } = db);
});
beforeEach(async () => {
  backend = await createOwnedBackend(database);
  const { id: backendId, owner, epoch } = backend;
  moves = createWarmUpMoves({ database, clock: systemClock }, owner ?? '', { backendId, epoch });
  warmUp = await WarmUp.query(database).insertAndFetch({
    backendId,
    requestId: newId(),
    state: 'waiting',
    since: new Date(),
    promptId: null,
    lost: 0,
    workflowName: 'text2img',
    workflowVersion: 1,
    params: {},
    models: [],
    fault: null,
  });
});

const find = () => WarmUp.query(database).findById(backend.id).throwIfNotFound();
const post = () => moves.post(warmUp, randomUUID());

test('a warm-up is posted once, and waits again under its own request alone', async () => {
  expect([await post(), await post()]).toEqual([true, false]);
  expect(await moves.wait({ ...warmUp, requestId: newId() })).toBe(false);
  expect([await moves.wait(warmUp, 2), await moves.wait(warmUp)]).toEqual([true, false]);
  expect(await find()).toMatchObject({ state: 'waiting', lost: 2 });
});

test('a warm-up is not posted to a backend that has a task', async () => {
  const user = await createUser(database);
  await assign(database, await createQueuedTask(database, user.id), backend);
  expect(await post()).toBe(false);
});

test('a warm-up is not posted during a recycle', async () => {
  await backend.$query(database).patch({ recycleState: 'freeing' });
  expect(await post()).toBe(false);
});

test('an owner that lost its backend makes no move of a warm-up', async () => {
  await backend.$query(database).patch({ epoch: backend.epoch + 1 });
  expect(await post()).toBe(false);
  await warmUp.$query(database).patch({ state: 'posted' });
  expect([await moves.wait(warmUp), await moves.end(warmUp)]).toEqual([false, false]);
  expect((await find()).state).toBe('posted');
});

test('what is asked for meanwhile is not ended by what ran before', async () => {
  await post();
  const earlier = await find();
  await earlier.$query(database).patch({ requestId: newId(), state: 'waiting' });
  expect(await moves.end({ ...earlier, requestId: warmUp.requestId })).toBe(false);
  expect((await find()).state).toBe('waiting');
});
