import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { changeBackend, createBackend, removeBackend } from '../admin/backends.ts';
import { systemClock } from '../clock.ts';
import { up } from '../db/migrations/0003_environment_backends.ts';
import { Backend } from '../db/models/backend.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { silentLogger } from '../testing/dispatch.ts';
import { createUser } from '../testing/factories.ts';
import { registerBackends } from './registerBackends.ts';

const [a, b, c] = ['http://10.0.0.1:8188', 'http://10.0.0.2:8188', 'http://10.0.0.3:8188'] as const;

let db: TestDatabase;
let actorId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  actorId = (await createUser(db.database, 0)).id;
});
beforeEach(async () => {
  await db.database('backends').delete();
});
afterAll(() => db[Symbol.asyncDispose]());

const register = (...urls: string[]) =>
  registerBackends({ database: db.database, clock: systemClock, logger: silentLogger }, urls);
const listPool = async () =>
  await Backend.query(db.database).whereNull('removedAt').orderBy('url').select('id', 'url', 'weight');
const listUrls = async () => (await listPool()).map(({ url }) => url);

const adminDeps = () => ({
  database: db.database,
  clock: systemClock,
  bell: { ring: () => undefined, ringCancel: () => undefined },
});
const add = (url: string) =>
  createBackend(adminDeps(), actorId, { url, weight: 1, labels: [], enabled: true });

test('the variable replaces what it named before, and one that is named again is the same backend as before', async () => {
  await register(a, `${b}/`, b);
  const [first] = await listPool();
  await changeBackend(adminDeps(), actorId, first?.id ?? '', { weight: 7 });
  await register(b, c);
  expect(await listUrls()).toEqual([b, c]);
  await register(a);
  expect(await listPool()).toMatchObject([{ id: first?.id, url: a, weight: 7 }]);
});

test('what an administrator added stays whatever the variable names', async () => {
  await register(a, b);
  await add(c);
  await register(a);
  expect(await listUrls()).toEqual([a, c]);
  await register(c);
  await register(a);
  expect(await listUrls()).toEqual([a, c]);
  // Dropped by the variable, then added by a person.
  await add(b);
  await register(a);
  expect(await listUrls()).toEqual([a, b, c]);
});

test('what an administrator removed stays removed though the variable names it, also after it left it out', async () => {
  await register(a, b);
  const [first] = await listPool();
  await removeBackend(adminDeps(), actorId, first?.id ?? '');
  await register(a, b);
  expect(await listUrls()).toEqual([b]);
  await register(b);
  await register(a, b);
  expect(await listUrls()).toEqual([b]);
});

test('dispatchers that start at the same moment with the same variable end with its servers, each once', async () => {
  await register(c);
  await Promise.all(Array.from({ length: 6 }, () => register(a, b)));
  expect(await listUrls()).toEqual([a, b]);
});

test('of dispatchers that start at the same moment with different lists one decides', async () => {
  await register(c);
  await Promise.all([register(a), register(b)]);
  expect([[a], [b]]).toContainEqual(await listUrls());
});

test('a dispatcher that names no server leaves the pool alone', async () => {
  await register(a);
  await register();
  expect(await listUrls()).toEqual([a]);
});

test('a pool of an older release keeps what administrators did and knows the rest as the variable’s', async () => {
  const added = await add(a);
  const removed = await add(c);
  await removeBackend(adminDeps(), actorId, removed.backend.id);
  await register(b);
  await db.database.raw('ALTER TABLE backends DROP COLUMN from_environment');
  await up(db.database);
  const rows = await Backend.query(db.database).orderBy('url').select('url', 'fromEnvironment');
  expect(rows).toMatchObject([
    { url: a, fromEnvironment: false },
    { url: b, fromEnvironment: true },
    { url: c, fromEnvironment: false },
  ]);
  expect(added.backend.url).toBe(a);
});
