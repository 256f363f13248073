import type { BackendCredentials } from '@star-graph/workflows/shared/backendCredentials';
import { pino } from 'pino';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { nameBackends } from '../../../comfy/namedBackends.ts';
import { openCredentials } from '../../../comfy/storedCredentials.ts';
import { changeBackend, createBackend, removeBackend } from '../../../desk/pool/backends.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { createKeyRing } from '../../../ground/encryption/keyRing.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { listRemovedByHand, registerBackends } from './registerBackends.ts';

const [a, b, c] = ['http://10.0.0.1:8188', 'http://10.0.0.2:8188', 'http://10.0.0.3:8188'] as const;

const db = databaseFixture();
let actorId: string;
let logged: string[] = [];
beforeAll(async () => {
  actorId = (await createUser(db.database, 0)).id;
});
beforeEach(async () => {
  await db.database('backends').delete();
  logged = [];
  keyRing = createKeyRing([key]);
});

const key = { kid: 'test', secret: Buffer.alloc(32, 7) };
let keyRing = createKeyRing([key]);
const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(line) });
const register = (...urls: string[]) => registerWith({}, ...urls);
const registerWith = (credentials: Record<string, BackendCredentials>, ...urls: string[]) =>
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
  createBackend(
    adminDeps(),
    { id: actorId, serviceKey: null },
    { url, weight: 1, labels: [], enabled: true },
  );

test('the variable replaces its earlier servers; one that returns keeps its row', async () => {
  await register(a, `${b}/`, b);
  const [first] = await listPool();
  await changeBackend(adminDeps(), { id: actorId, serviceKey: null }, first?.id ?? '', { weight: 7 });
  await register(b, c);
  expect(await listUrls()).toEqual([b, c]);
  await register(a);
  expect(await listPool()).toMatchObject([{ id: first?.id, url: a, weight: 7 }]);
});

test('servers of an administrator stay, whichever the variable names', async () => {
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

test('servers that an administrator removed stay removed, though the variable names them', async () => {
  await register(a, b);
  const [first] = await listPool();
  await removeBackend(adminDeps(), { id: actorId, serviceKey: null }, first?.id ?? '');
  await register(a, b);
  expect(await listUrls()).toEqual([b]);
  await register(b);
  await register(a, b);
  expect(await listUrls()).toEqual([b]);
});

test('a server that a source found belongs to the variable that names it', async () => {
  await add(a);
  await add(b);
  const found = { discoveredBy: 'dns+a://gpu.example:8188', missingSince: new Date() };
  await Backend.query(db.database).patch(found);
  await Backend.query(db.database).where({ url: b }).patch({ removedAt: new Date() });
  expect(await listRemovedByHand(db.database, [a, b])).toEqual([]);
  await register(a, b);
  expect(await Backend.query(db.database).orderBy('url')).toMatchObject(
    [a, b].map((url) => ({
      url,
      fromEnvironment: true,
      discoveredBy: null,
      missingSince: null,
      removedAt: null,
    })),
  );
  await register(b);
  expect(await listUrls()).toEqual([b]);
});

test('each start reports a named server that an administrator removed', async () => {
  await register(a, b);
  const [first] = await listPool();
  await removeBackend(adminDeps(), { id: actorId, serviceKey: null }, first?.id ?? '');
  expect(logged.join()).not.toContain('stays out');
  await register(a, b);
  expect(logged.filter((line) => line.includes('stays out of the pool'))).toEqual([
    expect.stringContaining(`"url":"${a}"`),
  ]);
  expect(await listRemovedByHand(db.database, [a, b, c])).toEqual([a]);
  await add(a);
  expect(await listRemovedByHand(db.database, [a, b, c])).toEqual([]);
});

test('dispatchers starting together with one variable add each server once', async () => {
  await register(c);
  await Promise.all(Array.from({ length: 6 }, () => register(a, b)));
  expect(await listUrls()).toEqual([a, b]);
});

test('among dispatchers starting together with different lists, one decides', async () => {
  await register(c);
  await Promise.all([register(a), register(b)]);
  expect([[a], [b]]).toContainEqual(await listUrls());
});

test('a dispatcher that names no server leaves the pool alone', async () => {
  await register(a);
  await register();
  expect(await listUrls()).toEqual([a]);
});

const bearer: BackendCredentials = { kind: 'bearer', token: 'tok-s3cret' };
const withUser = 'http://me:p%40ss-s3cret@10.0.0.1:8188';
const basic: BackendCredentials = { kind: 'basic', username: 'me', password: 'p@ss-s3cret' };
const findRow = (url: string) => Backend.query(db.database).findOne({ url }).throwIfNotFound();
const readCredentials = async (url: string) => openCredentials(keyRing, await findRow(url));
const dumpTable = async () => JSON.stringify([await db.database('backends'), await db.database('audit')]);

test('environment credentials are encrypted and stand in no address, name or log', async () => {
  await registerWith({ [`${b}/`]: bearer }, withUser, b, c);
  expect(await listUrls()).toEqual([a, b, c]);
  expect([await readCredentials(a), await readCredentials(b)]).toEqual([basic, bearer]);
  expect(await findRow(a)).toMatchObject({ credentialsKind: 'basic', credentialsFromEnvironment: true });
  expect(await findRow(c)).toMatchObject({ credentials: null, credentialsKind: null });
  for (const text of [await dumpTable(), logged.join()]) expect(text).not.toContain('s3cret');
});

test("the variable's present values count, and an administrator's values stay", async () => {
  await registerWith({}, withUser, b);
  const { credentials: first } = await findRow(a);
  await registerWith({}, withUser, b);
  expect((await findRow(a)).credentials).toBe(first);
  await register(a, b);
  expect(await findRow(a)).toMatchObject({ credentials: null, credentialsKind: null });
  await changeBackend(adminDeps(), { id: actorId, serviceKey: null }, (await findRow(b)).id, {
    credentials: bearer,
  });
  await register(a, b);
  expect(await readCredentials(b)).toEqual(bearer);
  await registerWith({ [b]: basic }, a, b);
  expect(await readCredentials(b)).toEqual(basic);
});

test("credentials for an administrator's server are not used, with a message", async () => {
  await add(a);
  await registerWith({}, withUser);
  expect(await findRow(a)).toMatchObject({ credentials: null });
  expect(logged.join()).toContain('they are not used');
});

test('a removed server keeps its credentials only while it has tasks', async () => {
  await registerWith({}, withUser, b);
  await register(b);
  expect((await findRow(a)).credentials).not.toBeNull();
  await register(b);
  expect((await findRow(a)).credentials).toBeNull();
});

test("an earlier release's password moves from the address into the credentials", async () => {
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

test('without a key old addresses stay, with a message in the log', async () => {
  const row = { id: '0'.repeat(36), url: withUser, name: 'old', labels: [], createdAt: new Date() };
  await Backend.query(db.database).insert(row);
  keyRing = createKeyRing([]);
  await register();
  expect(await listUrls()).toEqual([withUser]);
  expect(logged.join()).toContain('DATA_KEYS is not set');
  expect(logged.join()).not.toContain('s3cret');
});

test('a starting dispatcher re-encrypts with the first key', async () => {
  await registerWith({}, withUser);
  const next = { kid: 'next', secret: Buffer.alloc(32, 8) };
  keyRing = createKeyRing([next, key]);
  await register();
  keyRing = createKeyRing([next]);
  expect(await readCredentials(a)).toEqual(basic);
});
