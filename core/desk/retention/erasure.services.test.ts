import type { RowDataPacket } from 'mysql2';
import type { Logger } from 'pino';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Erasure } from '../../ground/db/models/erasure.ts';
import { Balance, Transfer } from '../../ground/db/models/ledger.ts';
import { AuditRecord } from '../../ground/db/models/operation.ts';
import { Publication } from '../../ground/db/models/publication.ts';
import { ApiKey } from '../../ground/db/models/session.ts';
import { Task } from '../../ground/db/models/task.ts';
import { Identity, User } from '../../ground/db/models/user.ts';
import { createWakeSignals } from '../../ground/redis/wakeSignals.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { eraseLikes } from '../../library/assets/publications.ts';
import { grantCredits } from '../../money/credits/credits.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';
import { postTransfer } from '../../money/credits/transfer.ts';
import { createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { untilOneWaits } from '../../testing/db/lockWaits.ts';
import { silentLogger } from '../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture, fixture } from '../../testing/fixture.ts';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import { closeAccount } from './closeAccount.ts';
import { countSetAside, type ErasureDeps, sweepErasures } from './eraseAccount.ts';

const marker = 'marker-of-a-person';
const test1 = databaseFixture();
const redis = fixture(createTestRedis);
let database: Database;
let clock: ManualClock;
let deps: ErasureDeps & { logger: Logger };
let actor: { id: string; serviceKey: null };

beforeAll(async () => {
  database = test1.database;
  const admin = await createUser(database);
  await User.query(database).findById(admin.id).patch({ role: 'admin' });
  actor = { id: admin.id, serviceKey: null };
});
beforeEach(() => {
  clock = createManualClock();
  deps = {
    database,
    clock,
    redis: redis.redis,
    prefix: redis.prefix,
    log: silentLogger,
    logger: silentLogger,
    wakeSignals: createWakeSignals({ redis: redis.redis, prefix: redis.prefix }),
  };
});

const sweep = () => sweepErasures(deps, new AbortController().signal);
const settle = () => clock.advance(61_000);

interface Column {
  tableName: string;
  columnName: string;
  dataType: string;
  charset: string | null;
  length: string | null;
  extra: string;
}

/** Read once: the server takes long for it, and no test changes a table. */
let columns: Promise<Map<string, Column[]>> | undefined;
const listTables = () => (columns ??= readColumns());

async function readColumns(): Promise<Map<string, Column[]>> {
  const [rows] = (await database.raw(
    `SELECT table_name AS tableName, column_name AS columnName, data_type AS dataType,
       character_set_name AS charset, character_maximum_length AS length, extra
     FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  )) as [RowDataPacket[]];
  return Map.groupBy(rows as Column[], ({ tableName }) => tableName);
}

/** Values that decide what is done with a row; and words of others, which stay. */
const given: Record<string, Record<string, string>> = {
  api_keys: { kind: 'user' },
  email_addresses: { address: marker },
  email_verifications: { address: marker },
  // Of the shop and of the platform: orders are books.
  orders: { name: 'a package', fault: 'of the provider', state: 'paid' },
  quarantines: { note: 'of a moderator', scores: '{}', state: 'quarantined', appeal_state: 'open' },
  tasks: { status: 'succeeded' },
  transfers: { kind: 'gift' },
};
/** What becomes of its rows was decided, and a row can be made by the columns alone. */
const filled = [
  ...[
    'api_keys',
    'assets',
    'collection_members',
    'email_addresses',
    'email_verifications',
    'discord_notices',
    'drafts',
    'grant_locks',
    'group_members',
    'idempotency',
    'identities',
    'link_codes',
    'member_days',
    'orders',
    'prompt_filters',
  ],
  ...[
    'outbox',
    'projects',
    'project_members',
    'publications',
    'publication_likes',
    'publication_pairs',
    'preferences',
    'presets',
    'program_codes',
    'quarantines',
    'recovery_codes',
    'sessions',
    'sign_in_tickets',
    'sign_in_tries',
    'stars',
    'tags',
    'tasks',
  ],
  ...['passkeys', 'passkey_challenges', 'person_notes', 'totp_factors', 'transfers', 'webhooks'],
];

/** The person's words go where words can be: columns of ASCII hold ids and the platform's own words. */
function valueFor({ columnName, dataType, charset, length }: Column, userId: string): unknown {
  if (columnName === 'user_id') return userId;
  if (/json|text/.test(dataType)) return JSON.stringify({ text: marker });
  if (dataType.includes('char'))
    return charset === 'ascii' ? newId().replaceAll('-', '').slice(-Number(length)) : marker;
  if (/date|time/.test(dataType)) return '2026-01-01 00:00:00';
  return 1;
}

/** A row of the person's in each of these tables, and in those that hang on one. */
async function fillTables(userId: string): Promise<void> {
  const tables = await listTables();
  await inTransaction(database, async (trx) => {
    await trx.raw('SET foreign_key_checks = 0');
    for (const [table, all] of tables) {
      if (!filled.includes(table)) continue;
      const columns = all.filter(({ extra }) => !/GENERATED|auto_increment/i.test(extra));
      const row = columns.map((column) => given[table]?.[column.columnName] ?? valueFor(column, userId));
      await trx.raw(
        `INSERT INTO \`${table}\` (${columns.map(({ columnName }) => `\`${columnName}\``).join(', ')})
         VALUES (${columns.map(() => '?').join(', ')})`,
        row as string[],
      );
    }
    const [webhook] = await trx('webhooks').where({ userId });
    const [task] = await trx('tasks').where({ userId });
    const [project] = await trx('projects').where({ userId });
    const saved = { projectId: project.id, version: 1, document: marker, savedAt: new Date() };
    await trx('project_versions').insert(saved);
    await trx('webhook_deliveries').insert({
      id: newId(),
      webhookId: webhook.id,
      outboxId: 1,
      body: marker,
      dueAt: new Date(),
    });
    await trx('attempts').insert({
      taskId: task.id,
      attempt: 1,
      backendId: newId(),
      state: 'ended',
      fault: marker,
      failure: JSON.stringify({ message: marker, models: [] }),
      assignedAt: new Date(),
    });
    const said = {
      reporterId: userId,
      target: `asset:${newId()}`,
      ownerId: newId(),
      reason: 'other',
      text: marker,
    };
    const decided = { state: 'open', version: 1, createdAt: new Date() };
    await trx('reports').insert({ id: newId(), ...said, ...decided });
    await trx('outbox').where({ userId }).update({ taskId: task.id });
    await trx.raw('SET foreign_key_checks = 1');
  });
}

/** The columns that hold the person's words. */
async function findMarked(): Promise<string[]> {
  const marked: string[] = [];
  for (const [table, all] of await listTables()) {
    const names = all.flatMap((one) => (/char|text|json/.test(one.dataType) ? one.columnName : []));
    if (names.length === 0) continue;
    const has = names.map((name, at) => `MAX(CAST(\`${name}\` AS CHAR) LIKE '%${marker}%') AS c${at}`);
    const [[row]] = (await database.raw(`SELECT ${has.join(', ')} FROM \`${table}\``)) as [RowDataPacket[]];
    marked.push(...names.flatMap((name, at) => (Number(row?.[`c${at}`]) === 1 ? `${table}.${name}` : [])));
  }
  return marked;
}

test('no column holds a deleted person’s words', async () => {
  const { id } = await createUser(database);
  await User.query(database).findById(id).patch({ username: marker });
  const identity = { provider: 'discord', subject: marker, userId: id, createdAt: new Date() };
  await fillTables(id);
  await Identity.query(database).insert(identity);
  expect(await findMarked()).toEqual(
    expect.arrayContaining([
      ...['users.username', 'email_addresses.address', 'email_verifications.address'],
      ...['tasks.params', 'webhook_deliveries.body', 'attempts.fault'],
    ]),
  );
  await closeAccount(deps, actor, id, undefined);
  await settle();
  await sweep();
  expect(await findMarked()).toEqual([]);
  expect(await Erasure.query(database).findById(id)).toMatchObject({ state: 'done' });
});

test('the ledger of a deleted person adds up, with the credits written off once', async () => {
  const { id } = await createUser(database, 70);
  const task = await createQueuedTask(database, id, { cost: 30 });
  await closeAccount(deps, actor, id, 'asked by mail');
  expect(await Task.query(database).findById(task.id)).toMatchObject({ status: 'cancelled' });
  await settle();
  await sweep();
  await sweep();
  expect(await Balance.query(database).findById(id)).toMatchObject({ available: 0, held: 0, openTasks: 0 });
  const written = await Transfer.query(database).where({ businessKey: `erasure:${id}` });
  expect(written).toMatchObject([{ amount: -70, kind: 'grant' }]);
  expect(await checkLedger(database)).toMatchObject({ ok: true });
});

test('a deleted person is in no group, and one of theirs alone goes with them', async () => {
  const [{ id }, other] = [await createUser(database), await createUser(database)];
  const [alone, both] = [newId(), newId()];
  await database('people_groups').insert([
    { id: alone, name: alone },
    { id: both, name: both },
  ]);
  await database('group_members').insert([
    { groupId: alone, userId: id },
    { groupId: both, userId: id },
    { groupId: both, userId: other.id },
  ]);
  await closeAccount(deps, actor, id, undefined);
  await settle();
  await sweep();
  const left = await database('people_groups').whereIn('people_groups.id', [alone, both]).select('id');
  expect(left).toEqual([{ id: both }]);
  expect(await database('group_members').where({ groupId: both })).toEqual([
    { groupId: both, userId: other.id },
  ]);
});

test('the name of a deleted person is free at once', async () => {
  const { id, username } = await createUser(database);
  await closeAccount(deps, actor, id, undefined);
  const next = await createUser(database);
  await User.query(database).findById(next.id).patch({ username });
  expect(await User.query(database).findById(id)).toMatchObject({ username: null, passwordHash: null });
});

test('a second deletion changes nothing', async () => {
  const { id } = await createUser(database);
  await closeAccount(deps, actor, id, undefined);
  await closeAccount(deps, actor, id, undefined);
  const acts = await AuditRecord.query(database).where({ target: `user:${id}` });
  expect(acts).toMatchObject([{ action: 'user.delete', actorId: actor.id, data: { own: false } }]);
});

// All columns are read after each of its steps.
test('an erasure that died at any step is done by the next sweep', async () => {
  for (let step = 1; ; step++) {
    const { id } = await createUser(database);
    await fillTables(id);
    await closeAccount(deps, actor, id, undefined);
    await settle();
    const { signal } = new AbortController();
    let asked = 0;
    vi.spyOn(signal, 'throwIfAborted').mockImplementation(() => {
      asked += 1;
      if (asked === step) throw new Error('died');
    });
    await sweepErasures(deps, signal).catch((error: Error) => expect(error.message).toBe('died'));
    const died = asked >= step;
    await settle();
    await sweep();
    expect(await findMarked()).toEqual([]);
    expect(await Erasure.query(database).findById(id)).toMatchObject({ state: 'done' });
    if (!died) break;
    expect(step).toBeLessThan(100);
  }
  expect(await checkLedger(database)).toMatchObject({ ok: true });
});

test('a task that a backend still holds is erased when its slot is free', async () => {
  const { id } = await createUser(database);
  const task = await createQueuedTask(database, id, { params: { prompt: marker } });
  await inTransaction(database, async (trx) => {
    await trx.raw('SET foreign_key_checks = 0');
    await trx('slots').insert({
      backendId: newId(),
      slot: 0,
      taskId: task.id,
      attempt: 1,
      takenAt: new Date(),
    });
    await trx.raw('SET foreign_key_checks = 1');
  });
  await closeAccount(deps, actor, id, undefined);
  await settle();
  await sweep();
  expect(await Erasure.query(database).findById(id)).toMatchObject({ state: 'erasing' });
  await database('slots').where({ taskId: task.id }).delete();
  await settle();
  await sweep();
  expect(await Erasure.query(database).findById(id)).toMatchObject({ state: 'done' });
});

test('service keys of a deleted administrator go to another one', async () => {
  const { id } = await createUser(database);
  await User.query(database).findById(id).patch({ role: 'admin' });
  const key = {
    id: 'abcd1234',
    userId: id,
    kind: 'service' as const,
    name: 'bot',
    secretHash: 'a'.repeat(64),
  };
  await ApiKey.query(database).insert({ ...key, createdAt: new Date() });
  await closeAccount(deps, actor, id, undefined);
  await settle();
  await sweep();
  expect(await ApiKey.query(database).findById(key.id)).toMatchObject({ userId: actor.id, revokedAt: null });
});

test('credits that come after the write-off are written off too', async () => {
  const { id } = await createUser(database, 100);
  await closeAccount(deps, actor, id, undefined);
  const writeOff = {
    businessKey: `erasure:${id}`,
    kind: 'grant' as const,
    userId: id,
    amount: -100,
    reason: 'x',
  };
  const entries = [
    { account: 'available' as const, userId: id, amount: -100 },
    { account: 'grants' as const, userId: id, amount: 100 },
  ];
  await inTransaction(database, (trx) => postTransfer(trx, { ...writeOff, entries, at: clock.now() }));
  await inTransaction(database, (trx) =>
    grantCredits(deps, trx, { userId: id, amount: 7, key: `late:${id}`, reason: 'refund' }),
  );
  await settle();
  await sweep();
  expect(await Erasure.query(database).findById(id)).toMatchObject({ state: 'done' });
  expect(await Balance.query(database).findById(id)).toMatchObject({ available: 0 });
  expect(await checkLedger(database)).toMatchObject({ ok: true });
});

test('an account is erased a minute after its end, and once nothing moves to it any more', async () => {
  const { id } = await createUser(database);
  const { id: fromId } = await createUser(database);
  await closeAccount(deps, actor, id, undefined);
  const state = async () => (await Erasure.query(database).findById(id))?.state;
  await sweep();
  expect(await state()).toBe('ending');
  await database('account_joins').insert({ fromId, intoId: id, joinedAt: clock.now() });
  await settle();
  await sweep();
  expect(await state()).toBe('ending');
  await database('account_joins').where({ fromId }).delete();
  await clock.advance(7 * 3_600_000);
  await sweep();
  expect(await state()).toBe('done');
});

test('an erasure that fails holds up no other, and is set aside after ten tries', async () => {
  const [bad, good] = [await createUser(database), await createUser(database)];
  let isBroken = true;
  const del = (key: string) =>
    isBroken && key.includes(bad.id) ? Promise.reject(new Error('broken')) : redis.redis.del(key);
  const broken = { ...deps, redis: { del } as unknown as ErasureDeps['redis'] };
  const sweepBroken = () => sweepErasures(broken, new AbortController().signal);
  for (const { id } of [bad, good]) await closeAccount(deps, actor, id, undefined);
  await settle();
  await sweepBroken();
  expect(await Erasure.query(database).findById(good.id)).toMatchObject({ state: 'done' });
  for (let tries = 1; tries < 12; tries += 1) {
    expect(await Erasure.query(database).findById(bad.id)).toMatchObject({
      state: 'erasing',
      tries: Math.min(tries, 10),
      fault: 'broken',
    });
    expect(await countSetAside(database)).toBe(tries < 10 ? 0 : 1);
    // Not at once.
    await sweepBroken();
    await clock.advance(7 * 3_600_000);
    await sweepBroken();
  }
  isBroken = false;
  await sweepBroken();
  expect(await Erasure.query(database).findById(bad.id)).toMatchObject({ state: 'erasing', tries: 10 });
  await closeAccount(deps, actor, bad.id, undefined);
  await sweepBroken();
  expect(await Erasure.query(database).findById(bad.id)).toMatchObject({ state: 'done' });
  expect(await countSetAside(database)).toBe(0);
});

test('a like that is taken back while its account is erased is counted down once', async () => {
  const [owner, fan] = [await createUser(database), await createUser(database)];
  const published = { id: newId(), userId: owner.id, assetId: newId(), likes: 2, createdAt: new Date() };
  await inTransaction(database, async (trx) => {
    await trx.raw('SET foreign_key_checks = 0');
    await Publication.query(trx).insert(published);
    for (const userId of [fan.id, owner.id])
      await trx('publication_likes').insert({ publicationId: published.id, userId });
    await trx.raw('SET foreign_key_checks = 1');
  });
  const unliking = await database.transaction();
  await Publication.query(unliking).findById(published.id).decrement('likes', 1);
  await unliking('publication_likes').where({ userId: fan.id }).delete();
  const erasing = eraseLikes(database, fan.id);
  await untilOneWaits(database);
  await unliking.commit();
  await erasing;
  expect(await Publication.query(database).findById(published.id)).toMatchObject({ likes: 1 });
  expect(await database('publication_likes').where({ publicationId: published.id })).toMatchObject([
    { userId: owner.id },
  ]);
});
