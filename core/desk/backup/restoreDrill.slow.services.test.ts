import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { createConnection } from 'mysql2';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { recordAct } from '../../ground/audit.ts';
import { connectDatabase, type Database } from '../../ground/db/connect.ts';
import { areObjectsKept } from '../../ground/db/keptObjects.ts';
import { migrateDatabase, RestoreUnfinished } from '../../ground/db/migrateDatabase.ts';
import { Asset, type Asset as StoredAsset } from '../../ground/db/models/asset.ts';
import { AuditRecord } from '../../ground/db/models/operation.ts';
import { Session } from '../../ground/db/models/session.ts';
import { Task } from '../../ground/db/models/task.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createFileStorage } from '../../ground/storage/fileStorage.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { PaymentUnavailable } from '../../money/payments/provider.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../testing/db/expectSettled.ts';
import { createOldDatabase, createTestDatabase } from '../../testing/db/testDatabase.ts';
import {
  createDispatchSetup,
  eventually,
  startDispatcherHere,
  testKeyRing,
} from '../../testing/dispatch/dispatchSetup.ts';
import { testFileKeys } from '../../testing/fileKeys.ts';
import { fixture } from '../../testing/fixture.ts';
import { sealAudit } from '../auditSeals.ts';
import { createBackup } from './createBackup.ts';
import { type RestoreDeps, type RestoreRequest, restoreBackup } from './restoreBackup.ts';
import { openSnapshot, type Row } from './snapshot.ts';

const clock = systemClock;
const setup = fixture(createDispatchSetup);
let preview: PreviewBackendProcess;
let dir: string;
let identity: string;
let recipient: string;

beforeAll(async () => {
  preview = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
  dir = await mkdtemp(join(tmpdir(), 'backup-'));
  identity = await generateIdentity();
  recipient = await identityToRecipient(identity);
});
afterAll(async () => {
  await preview.stop();
  await rm(dir, { recursive: true, force: true });
});

const backUp = (
  name: string,
  storage: Pick<Storage, 'open'> = setup.storage,
  databaseUrl = setup.databaseUrl,
) =>
  createBackup(
    { clock, storage },
    {
      databaseUrl,
      path: join(dir, name),
      seal: { recipients: [recipient] },
      objects: 'with',
    },
  );

/** Another machine: a database that nobody uses, and no file. */
async function createTarget() {
  const made = await createTestDatabase();
  await made.database.destroy();
  const directory = await mkdtemp(join(dir, 'target-'));
  const config = { directory, publicUrl: 'http://127.0.0.1:1', keys: testFileKeys };
  const storage = await createFileStorage({ clock }, config);
  const opened: Database[] = [];
  onTestFinished(async () => {
    for (const database of opened) await database.destroy();
    await made[Symbol.asyncDispose]();
  });
  const emptied: true[] = [];
  return {
    url: made.url,
    directory,
    storage,
    emptied,
    connect() {
      const database = connectDatabase({ url: made.url, poolSize: 2 });
      opened.push(database);
      return database;
    },
    restore: (
      name: string,
      change: Partial<RestoreRequest> = {},
      recoverOrders?: RestoreDeps['recoverOrders'],
    ) =>
      restoreBackup(
        {
          recoverOrders,
          clock,
          storage,
          createKeyRing: () => testKeyRing,
          emptyRedis: async () => void emptied.push(true),
          say: () => undefined,
        },
        {
          databaseUrl: made.url,
          path: join(dir, name),
          open: { identities: [identity] },
          point: { path: join(directory, `point-${newId()}.age`), seal: { recipients: [recipient] } },
          keepsFaults: false,
          ...change,
        },
      ),
  };
}

const listStatements = (url: string): PromiseLike<unknown[]> =>
  setup
    .database('information_schema.processlist')
    .where({ db: new URL(url).pathname.slice(1) })
    .pluck('info');

async function readTable(url: string, table: string): Promise<Row[]> {
  using snapshot = await openSnapshot(url);
  const rows: Row[] = [];
  for await (const row of snapshot.listRows(table)) rows.push(row);
  return rows;
}

async function readObject(storage: Storage, key: string): Promise<Buffer> {
  using object = await storage.open(key);
  if (!object) throw new Error(`${key} is missing`);
  return await buffer(object.stream);
}

const listStored = (database: Database): PromiseLike<StoredAsset[]> =>
  Asset.query(database).whereNull('deletedAt');

test('a restore brings pictures and balances back byte for byte', async () => {
  await using dispatcher = await setup.start();
  await setup.addBackend(preview.url);
  const image = await setup.uploadPicture(24, 16);
  const { id } = await setup.submit('upscale', { image, scale: 2 });
  await setup.reached(id, 'succeeded');
  await eventually(async () => {
    const assets = await listStored(setup.database);
    expect(assets.filter(({ taskId, thumbnailKey }) => taskId === id && thumbnailKey === null)).toEqual([]);
  });
  await recordAct({ clock }, setup.database, { actorId: null, action: 'queue.pause', target: 'test' });
  await sealAudit({ database: setup.database, clock, keyRing: testKeyRing }, new AbortController().signal);
  // Beside the running platform.
  const manifest = await backUp('drill.age');
  await dispatcher.stop();
  expect(manifest.objects).toMatchObject({ missing: 0 });
  expect(manifest.objects.count).toBeGreaterThanOrEqual(2);

  const target = await createTarget();
  const report = await target.restore('drill.age');
  expect(report.faults).toEqual([]);
  expect(target.emptied).toHaveLength(1);
  for (const table of ['users', 'balances', 'transfers', 'ledger_entries', 'tasks', 'assets', 'inventories'])
    expect(await readTable(target.url, table)).toEqual(await readTable(setup.databaseUrl, table));
  for (const { storageKey } of await listStored(setup.database))
    expect(await readObject(target.storage, storageKey)).toEqual(await readObject(setup.storage, storageKey));
  const database = target.connect();
  await expectSettled(database);
  expect(await AuditRecord.query(database).where({ action: 'platform.restore' })).toHaveLength(1);
  expect(await areObjectsKept(database, clock.now())).toBe(true);
  expect(await migrateDatabase(database)).toEqual([]);
});

test('a task that ran during the backup is paid and ends once', async () => {
  const dispatcher = await setup.start();
  await preview.control({ arm: [{ kind: 'hold', times: 'always' }] });
  const before = await readTable(setup.databaseUrl, 'balances');
  const task = await setup.submit('text2img', { prompt: 'a lighthouse' });
  await setup.reached(task.id, 'assigned', 'running');
  await eventually(async () => {
    const [attempt] = await setup.listAttempts(task.id);
    expect(attempt?.promptId).not.toBeNull();
  });
  await backUp('running.age');
  await preview.control({ disarm: ['hold'] });
  const ended = await setup.reached(task.id, 'succeeded');
  await dispatcher[Symbol.asyncDispose]();

  const target = await createTarget();
  expect((await target.restore('running.age')).faults).toEqual([]);
  const { redisUrl } = setup;
  const stores = { databaseUrl: target.url, redisUrl, prefix: `${setup.prefix}restored:` };
  await using again = await startDispatcherHere({
    ...stores,
    storage: target.storage,
    directory: target.directory,
  });
  const database = target.connect();
  await eventually(async () => {
    expect((await Task.query(database).findById(task.id))?.status).toBe('succeeded');
  });
  await again.stop();
  await expectSettled(database);
  const spent = (rows: Row[]) => rows.reduce((sum, [, available]) => sum + Number(available), 0);
  expect(spent(before) - spent(await readTable(target.url, 'balances'))).toBe(ended.cost);
});

test('sessions of the backup end with the restore', async () => {
  await Session.query(setup.database).insert({
    id: newId(),
    userId: setup.userId,
    createdAt: clock.now(),
    usedAt: clock.now(),
    expiresAt: new Date(clock.now().getTime() + 3_600_000),
  });
  await backUp('sessions.age');
  const target = await createTarget();
  await target.restore('sessions.age');
  expect(await Session.query(target.connect()).whereNull('revokedAt')).toEqual([]);
});

test('a file that is deleted during the backup is named as missing', async () => {
  const [kept, gone] = [await setup.uploadPicture(5, 4), await setup.uploadPicture(6, 4)];
  const { storageKey } = await Asset.query(setup.database).findById(gone).throwIfNotFound();
  const manifest = await backUp('missing.age', {
    open: async (key) => (key === storageKey ? undefined : setup.storage.open(key)),
  });
  expect(manifest.objects).toMatchObject({ missing: 1, missingKeys: [storageKey] });
  const target = await createTarget();
  expect((await target.restore('missing.age')).faults).toEqual([]);
  const other = await Asset.query(setup.database).findById(kept).throwIfNotFound();
  expect((await target.storage.stat(other.storageKey))?.bytes).toBe(Number(other.bytes));
});

test('a backup that fails leaves no file that looks like one', async () => {
  const folder = await mkdtemp(join(dir, 'failing-'));
  const failing = createBackup(
    {
      clock,
      storage: {
        open: async () => {
          throw new Error('the store is away');
        },
      },
    },
    {
      databaseUrl: setup.databaseUrl,
      path: join(folder, 'one.age'),
      seal: { recipients: [recipient] },
      objects: 'with',
    },
  );
  await expect(failing).rejects.toThrow('the store is away');
  expect(await readdir(folder)).toEqual([]);
});

test('a failed check keeps the platform from starting until a way back', async () => {
  await setup.database('balances').where({ userId: setup.userId }).increment('available', 1);
  await backUp('wrong.age');
  await setup.database('balances').where({ userId: setup.userId }).decrement('available', 1);
  await backUp('right.age');
  const target = await createTarget();
  const first = await target.restore('right.age');
  expect(first.faults).toEqual([]);
  const failed = await target.restore('wrong.age');
  expect(failed.faults).toEqual([expect.stringContaining('The ledger does not add up')]);
  const database = target.connect();
  await expect(migrateDatabase(database)).rejects.toThrow(RestoreUnfinished);
  await database.destroy();

  const back = await target.restore('right.age', { path: failed.point ?? '' });
  expect(back.faults).toEqual([]);
  expect(await readTable(target.url, 'balances')).toEqual(await readTable(setup.databaseUrl, 'balances'));
  expect(await migrateDatabase(target.connect())).toEqual([]);
});

test('a backup of the oldest schema is restored and upgraded, one from before is refused', async () => {
  await using old = await createOldDatabase();
  await backUp('old.age', setup.storage, old.url);
  const target = await createTarget();
  await target.restore('old.age', { keepsFaults: true });
  const restored = target.connect();
  expect(await restored('tasks').pluck('status')).toEqual(['succeeded', 'succeeded']);
  expect(await restored.schema.hasTable('sign_in_tries')).toBe(true);
  expect(await migrateDatabase(restored)).toEqual([]);
  await old.database('knex_migrations').where({ name: '0079_audit_actions' }).delete();
  await backUp('older.age', setup.storage, old.url);
  const untouched = await createTarget();
  await expect(untouched.restore('older.age')).rejects.toThrow('git checkout 717ca64b');
  expect(await untouched.connect()('users')).toEqual([]);
});

test('orders since the backup are in report and audit; a silent provider stops the start', async () => {
  await backUp('orders.age');
  const target = await createTarget();
  const silent = await target.restore('orders.age', {}, async () => {
    throw new PaymentUnavailable('no answer');
  });
  expect(silent.faults).toEqual([expect.stringContaining('compared with Stripe: no answer')]);
  const stopped = target.connect();
  await expect(migrateDatabase(stopped)).rejects.toThrow(RestoreUnfinished);
  await stopped.destroy();

  const orders = { recovered: [newId()], told: ['Look at it.'] };
  const asked: Date[] = [];
  const report = await target.restore('orders.age', {}, async (_database, backedUpAt) => {
    asked.push(backedUpAt);
    return orders;
  });
  expect(report).toMatchObject({ faults: [], orders });
  expect(asked).toEqual([new Date(report.header.createdAt)]);
  const [act] = await AuditRecord.query(target.connect()).where({ action: 'platform.restore' });
  expect(act?.data).toMatchObject({ orders });
});

test('a restore is refused while anything uses the database', async () => {
  await backUp('used.age');
  const target = await createTarget();
  const database = target.connect();
  await database.raw('SELECT 1');
  await expect(target.restore('used.age')).rejects.toThrow('A platform uses the database');
  expect(await database('users')).toEqual([]);
});

test('a restore waits for a connection whose client is gone and which the server still lists', async () => {
  await backUp('ending.age');
  const target = await createTarget();
  // In another database, whose users the restore does not count.
  const held = await setup.database.transaction();
  const name = new URL(target.url).pathname.slice(1);
  await held.raw('SELECT GET_LOCK(?, 0)', [name]);
  const leaving = createConnection(target.url);
  const waiting = `SELECT GET_LOCK('${name}', 600)`;
  leaving.query(waiting);
  // The query is with the server, which listens to its client again when it has ended.
  await eventually(async () => expect(await listStatements(target.url)).toEqual([waiting]));
  leaving.destroy();
  const restored = target.restore('ending.age');
  await eventually(async () => expect((await listStatements(target.url)).length).toBeGreaterThan(1));
  await held.raw('SELECT RELEASE_LOCK(?)', [name]);
  expect((await restored).faults).toEqual([]);
  await held.rollback();
});
