import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../ground/db/connect.ts';
import { type Backend, Leader } from '../../../ground/db/models/backend.ts';
import type { User } from '../../../ground/db/models/user.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { isWorkWaiting } from './waitingWork.ts';

const db = databaseFixture();
let database: Database;
let user: User;
let backend: Backend;
let runsOn: string[];

beforeAll(async () => {
  ({ database } = db);
});
beforeEach(async () => {
  await database('tasks').update({ status: 'cancelled' });
  await Leader.query(database).patch({ pausedAt: null });
  user = await createUser(database, 10_000);
  backend = await createOwnedBackend(database);
  runsOn = [backend.id];
});

const [workflow] = builtinWorkflows;
const catalogue = {
  loadWorkflow: async () => workflow,
  backendsFor: async () => new Set(runsOn),
};
const ask = () => isWorkWaiting({ database, catalogue, clock: systemClock }, backend.id);
const queue = (values = {}) =>
  createQueuedTask(database, user.id, { params: workflow?.example ?? {}, ...values });

test('a queued task that the backend can run is waiting work', async () => {
  expect(await ask()).toBe(false);
  await queue();
  expect(await ask()).toBe(true);
});

test('tasks for other backends, and those to come later, are not', async () => {
  await queue({ notBefore: new Date(Date.now() + 3_600_000) });
  expect(await ask()).toBe(false);
  await queue();
  runsOn = [];
  expect(await ask()).toBe(false);
});

test('no work waits for a backend that is given none', async () => {
  await queue();
  await backend.$query(database).patch({ draining: true });
  expect(await ask()).toBe(false);
  await backend.$query(database).patch({ draining: false });
  await Leader.query(database).patch({ pausedAt: new Date() });
  expect(await ask()).toBe(false);
});

test('a queue too long to look through counts as work', async () => {
  runsOn = [];
  for (let count = 0; count < 101; count += 1) await queue();
  expect(await ask()).toBe(true);
});
