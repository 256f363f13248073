import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { changeBackend, createBackend, removeBackend } from '../../admin/backends.ts';
import type { Credentials } from '../../comfy/http/credentials.ts';
import { nameBackends } from '../../comfy/namedBackends.ts';
import { openCredentials } from '../../comfy/storedCredentials.ts';
import { up } from '../../db/migrations/0003_environment_backends.ts';
import { Backend } from '../../db/models/backend.ts';
import { createKeyRing } from '../../encryption/keyRing.ts';
import { systemClock } from '../../runtime/clock.ts';
import { createUser } from '../../testing/db/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/db/testDatabase.ts';
import { listRemovedByHand, registerBackends } from './registerBackends.ts';

const [a, b, c] = ['http://10.0.0.1:8188', 'http://10.0.0.2:8188', 'http://10.0.0.3:8188'] as const;

let db: TestDatabase;
let actorId: string;
let logged: string[] = [];
beforeAll(async () => {
  db = await createTestDatabase();
  actorId = (await createUser(db.database, 0)).id;
});
beforeEach(async () => {
  await db.database('backends').delete();
  logged = [];
  keyRing = createKeyRing([key]);
});
afterAll(() => db[Symbol.asyncDispose]());

const key = { kid: 'test', secret: Buffer.alloc(32, 7) };
let keyRing = createKeyRing([key]);
const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(line) });
const register = (...urls: string[]) => registerWith({}, ...urls);
const registerWith = (credentials: Record<string, Credentials>, ...urls: string[]) =>
  registerBackends(
    { database: db.database, clock: systemClock, logger, keyRing },
    nameBackends(urls, credentials),
  );
const listPool = async () =>
  await Backend.query(db.database).whereNull('removedAt').orderBy('url').select('id', 'url', 'weight');
const listUrls = async () => (await listPool()).map(({ url }) => url);

const adminDeps = () => ({
  database: db.database,
  clock: systemClock,
  wakeSignals: { send: () => undefined, sendCancel: () => undefined },
  keyRing,
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

test('a server that is named and stays out because an administrator removed it is told at each start', async () => {
  await register(a, b);
  const [first] = await listPool();
  await removeBackend(adminDeps(), actorId, first?.id ?? '');
  expect(logged.join()).not.toContain('stays out');
  await register(a, b);
  expect(logged.filter((line) => line.includes('stays out of the pool'))).toEqual([
    expect.stringContaining(`"url":"${a}"`),
  ]);
  expect(await listRemovedByHand(db.database, [a, b, c])).toEqual([a]);
  await add(a);
  expect(await listRemovedByHand(db.database, [a, b, c])).toEqual([]);
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

const bearer: Credentials = { kind: 'bearer', token: 'tok-s3cret' };
const withUser = 'http://me:p%40ss-s3cret@10.0.0.1:8188';
const basic: Credentials = { kind: 'basic', username: 'me', password: 'p@ss-s3cret' };
const findRow = (url: string) => Backend.query(db.database).findOne({ url }).throwIfNotFound();
const readCredentials = async (url: string) => openCredentials(keyRing, await findRow(url));
const dumpTable = async () => JSON.stringify([await db.database('backends'), await db.database('audit')]);

test('credentials of the environment are encrypted in the row, and in no address, name, audit or log', async () => {
  await registerWith({ [`${b}/`]: bearer }, withUser, b, c);
  expect(await listUrls()).toEqual([a, b, c]);
  expect([await readCredentials(a), await readCredentials(b)]).toEqual([basic, bearer]);
  expect(await findRow(a)).toMatchObject({ credentialsKind: 'basic', credentialsFromEnvironment: true });
  expect(await findRow(c)).toMatchObject({ credentials: null, credentialsKind: null });
  for (const text of [await dumpTable(), logged.join()]) expect(text).not.toContain('s3cret');
});

test('what the variable gives counts, what it gave before goes, and what an administrator set stays', async () => {
  await registerWith({}, withUser, b);
  const { credentials: first } = await findRow(a);
  await registerWith({}, withUser, b);
  expect((await findRow(a)).credentials).toBe(first);
  await register(a, b);
  expect(await findRow(a)).toMatchObject({ credentials: null, credentialsKind: null });
  await changeBackend(adminDeps(), actorId, (await findRow(b)).id, { credentials: bearer });
  await register(a, b);
  expect(await readCredentials(b)).toEqual(bearer);
  await registerWith({ [b]: basic }, a, b);
  expect(await readCredentials(b)).toEqual(basic);
});

test('credentials for a server that an administrator added are not used, and that is said', async () => {
  await add(a);
  await registerWith({}, withUser);
  expect(await findRow(a)).toMatchObject({ credentials: null });
  expect(logged.join()).toContain('they are not used');
});

test('a removed server keeps its credentials while it has tasks, and not for ever', async () => {
  await registerWith({}, withUser, b);
  await register(b);
  expect((await findRow(a)).credentials).not.toBeNull();
  await register(b);
  expect((await findRow(a)).credentials).toBeNull();
});

test('a password that an earlier release kept in the address is moved out of it, into the same backend', async () => {
  const rows = [
    { url: withUser, fromEnvironment: true },
    { url: 'http://x:y-s3cret@10.0.0.2:8188', fromEnvironment: false },
    { url: b, fromEnvironment: false },
  ].map((row, at) => ({ ...row, id: `${at}`.repeat(36), name: `${at}`, labels: [], createdAt: new Date() }));
  for (const row of rows) await Backend.query(db.database).insert(row);
  await register();
  expect(await listUrls()).toEqual([a, b]);
  expect((await findRow(a)).id).toBe(rows[0]?.id);
  expect(await readCredentials(a)).toEqual(basic);
  expect(await dumpTable()).not.toContain('s3cret');
});

test('without a key the old addresses stay as they are, and what to set is said', async () => {
  const row = { id: '0'.repeat(36), url: withUser, name: 'old', labels: [], createdAt: new Date() };
  await Backend.query(db.database).insert(row);
  keyRing = createKeyRing([]);
  await register();
  expect(await listUrls()).toEqual([withUser]);
  expect(logged.join()).toContain('DATA_KEYS is not set');
  expect(logged.join()).not.toContain('s3cret');
});

test('what an older key encrypted is encrypted with the first one when a dispatcher starts', async () => {
  await registerWith({}, withUser);
  const next = { kid: 'next', secret: Buffer.alloc(32, 8) };
  keyRing = createKeyRing([next, key]);
  await register();
  keyRing = createKeyRing([next]);
  expect(await readCredentials(a)).toEqual(basic);
});
