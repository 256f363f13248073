import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Slot } from '../../ground/db/models/backend.ts';
import { OutboxEvent } from '../../ground/db/models/outboxEvent.ts';
import { Project, ProjectAsset } from '../../ground/db/models/project.ts';
import { ApiKey } from '../../ground/db/models/session.ts';
import { IdempotencyRecord, MovedTask, Task } from '../../ground/db/models/task.ts';
import type { User } from '../../ground/db/models/user.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { writeHistory } from '../../testing/db/history.ts';
import { createTestDatabase } from '../../testing/db/testDatabase.ts';
import { silentLogger } from '../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { cancelTask } from '../../work/tasks/cancelTask.ts';
import { listHeld } from './heldCuts.ts';
import { applyRetention } from './retention.ts';

const dayMs = 86_400_000;
// Nothing is deleted by a clock that stands still: a minute later it is off the database’s.
const clock = systemClock;
const policy = { assetDays: 30, taskDays: 90, mostPercent: 25 };
const daysAgo = (days: number) => new Date(clock.now().getTime() - days * dayMs);
const db = databaseFixture();
let database: Database;
let user: User;
const wakeSignals = { send: () => {}, sendCancel: () => {} };

beforeAll(async () => {
  database = db.database;
  user = await createUser(database, 1_000);
});

const cut = () => applyRetention({ database, clock, logger: silentLogger }, policy);
const cutRows = async () => (await cut()).deleted;

const createAsset = (values: Partial<Asset>) =>
  Asset.query(database).insertAndFetch({
    id: newId(),
    userId: user.id,
    kind: 'input',
    mime: 'image/png',
    width: 1,
    height: 1,
    bytes: 1,
    sha256: 'c'.repeat(64),
    storageKey: `inputs/${newId()}.png`,
    createdAt: new Date(),
    ...values,
  });

test('old and deleted assets go; young ones, needed ones and layers of projects stay', async () => {
  const old = await createAsset({ createdAt: daysAgo(31) });
  const deleted = await createAsset({ deletedAt: daysAgo(1) });
  const young = await createAsset({ createdAt: daysAgo(29) });
  const needed = await createAsset({ createdAt: daysAgo(40), deletedAt: daysAgo(2) });
  const layers = await createAsset({ createdAt: daysAgo(400), isMask: true });
  const now = clock.now();
  const project = { id: newId(), userId: user.id, name: 'poster', version: 1, createdAt: now, savedAt: now };
  await Project.query(database).insert(project);
  const named = { projectId: project.id, assetId: layers.id, firstVersion: 1, lastVersion: 1 };
  await ProjectAsset.query(database).insert(named);
  const image = {
    assetId: needed.id,
    sha256: needed.sha256,
    mime: needed.mime,
    storageKey: needed.storageKey,
  };
  const waiting = await createQueuedTask(database, user.id, {
    images: { image: { ...image, width: 1, height: 1 } },
  });

  const result = await cutRows();
  const left = (await Asset.query(database)).map(({ id }) => id);
  expect(left).toEqual(expect.arrayContaining([young.id, needed.id, layers.id]));
  expect(left).not.toContain(old.id);
  expect(left).not.toContain(deleted.id);
  expect(result.assets).toBe(2);

  await cancelTask({ database, clock, wakeSignals }, waiting.id, user.id);
  await Project.query(database).findById(project.id).delete();
  expect((await cutRows()).assets).toBe(2);
});

test('what its owner deleted stays restorable with an hour to spare', async () => {
  const restorable = (hours: number) => ({
    restorableUntil: new Date(clock.now().getTime() + hours * 3_600_000),
  });
  const deleted = { createdAt: daysAgo(400), deletedAt: daysAgo(1) };
  const stays = [
    await createAsset({ ...deleted, ...restorable(1) }),
    await createAsset({ ...deleted, ...restorable(-0.9) }),
  ];
  const goes = [await createAsset({ ...deleted, ...restorable(-1.1) }), await createAsset(deleted)];
  await cut();
  const left = await Asset.query(database).findByIds([...stays, ...goes].map(({ id }) => id));
  expect(left.map(({ id }) => id).toSorted()).toEqual(stays.map(({ id }) => id).toSorted());
});

test('finished tasks go after their time, unless a backend holds them', async () => {
  const end = async (task: Task) => {
    await cancelTask({ database, clock, wakeSignals }, task.id, user.id);
    await Task.query(database)
      .findById(task.id)
      .patch({ finishedAt: daysAgo(91) });
  };
  const open = await createQueuedTask(database, user.id, { createdAt: daysAgo(200) });
  const ended = await createQueuedTask(database, user.id);
  const held = await createQueuedTask(database, user.id);
  await assign(database, held, await createOwnedBackend(database));
  await end(ended);
  await end(held);
  await cut();
  const left = (await Task.query(database)).map(({ id }) => id);
  expect(left).toEqual(expect.arrayContaining([open.id, held.id]));
  expect(left).not.toContain(ended.id);
  expect(await Slot.query(database).where({ taskId: held.id }).resultSize()).toBe(1);
  expect((await checkLedger(database)).imbalance).toBe(0);
});

test('a task keeps its place at the front of the queue until it ends', async () => {
  const [waiting, ended] = [
    await createQueuedTask(database, user.id),
    await createQueuedTask(database, user.id),
  ];
  for (const { id: taskId } of [waiting, ended])
    await MovedTask.query(database).insert({ taskId, movedAt: daysAgo(40) });
  await cancelTask({ database, clock, wakeSignals }, ended.id, user.id);
  expect((await cutRows()).moved_tasks).toBe(1);
  expect(await MovedTask.query(database)).toMatchObject([{ taskId: waiting.id }]);
});

test('sign-ins are kept for 90 days, failed ones too', async () => {
  const id = { old: newId(), refused: newId(), young: newId() };
  const by = { userId: user.id, address: '198.51.100.7', userAgent: 'test' };
  await database('sign_in_tries').insert([
    { ...by, id: id.old, at: daysAgo(91), succeeded: true },
    { ...by, id: id.refused, at: daysAgo(91), userId: null, succeeded: false },
    { ...by, id: id.young, at: daysAgo(89), succeeded: true },
  ]);
  expect((await cutRows()).sign_in_tries).toBe(2);
  expect(await database('sign_in_tries').pluck('id')).toEqual([id.young]);
});

test('unsent events and recent keys stay; several batches go at once', async () => {
  const event = { type: 'task_queued', taskId: newId(), userId: user.id, apiKeyId: null, data: '{}' };
  await database.batchInsert(
    'outbox',
    Array.from({ length: 2_500 }, () => ({ ...event, createdAt: daysAgo(9), sentAt: daysAgo(8) })),
  );
  await OutboxEvent.query(database).delete().where('createdAt', '>', daysAgo(2));
  await database('outbox').insert({ ...event, createdAt: daysAgo(9), sentAt: null });
  const key = { userId: user.id, bodyHash: 'd'.repeat(64), taskId: newId() };
  await database('idempotency').insert([
    { ...key, idempotencyKey: 'old', createdAt: daysAgo(1.1) },
    { ...key, idempotencyKey: 'new', createdAt: daysAgo(0.9) },
  ]);
  const day = (days: number) => ({ day: daysAgo(days).toISOString().slice(0, 10) });
  const counted = { userId: user.id, guildId: '1'.repeat(18), tasks: 1 };
  await database('member_days').insert([
    { ...counted, ...day(3) },
    { ...counted, ...day(0) },
  ]);
  const spent = { apiKeyId: 'abcdefgh', credits: 5 };
  await database('key_days').insert([
    { ...spent, ...day(3) },
    { ...spent, ...day(0) },
  ]);
  const result = await cutRows();
  expect(result).toMatchObject({ outbox: 2_500, idempotency: 1, member_days: 1, key_days: 1 });
  expect(await OutboxEvent.query(database).whereNull('sentAt').resultSize()).toBe(1);
  expect(await IdempotencyRecord.query(database)).toMatchObject([{ idempotencyKey: 'new' }]);
});

test('a replaced secret is deleted when it has ended, not before', async () => {
  const webhookId = newId();
  const webhook = { id: webhookId, userId: user.id, url: 'https://example.com', secret: 's', types: '[]' };
  await database('webhooks').insert({ ...webhook, createdAt: daysAgo(20) });
  const old = (secret: string, endsAt: Date) => ({ id: newId(), webhookId, secret, endsAt });
  const soon = new Date(clock.now().getTime() + 3_600_000);
  await database('webhook_old_secrets').insert([old('ended', daysAgo(0.1)), old('signs', soon)]);
  expect((await cutRows()).webhook_old_secrets).toBe(1);
  expect(await database('webhook_old_secrets').select('secret')).toEqual([{ secret: 'signs' }]);
});

test('what is old by the clock of this machine alone stays', async () => {
  const webhookId = newId();
  const webhook = { id: webhookId, userId: user.id, url: 'https://example.com', secret: 's', types: '[]' };
  await database('webhooks').insert({ ...webhook, createdAt: daysAgo(20) });
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
  const old = { id: newId(), webhookId, secret: 'signs on', endsAt: inSeconds(45) };
  await database('webhook_old_secrets').insert(old);
  const fast = { ...clock, now: () => inSeconds(50) };
  await applyRetention({ database, clock: fast, logger: silentLogger }, policy);
  expect(await database('webhook_old_secrets').where({ webhookId }).pluck('secret')).toEqual(['signs on']);
});

test('deliveries go a week after their end, not before it', async () => {
  const webhookId = newId();
  const webhook = { id: webhookId, userId: user.id, url: 'https://example.com', secret: 's', types: '[]' };
  await database('webhooks').insert({ ...webhook, createdAt: daysAgo(20) });
  const delivery = { webhookId, body: '{}', dueAt: daysAgo(8) };
  await database('webhook_deliveries').insert([
    { ...delivery, id: newId(), outboxId: 1, deliveredAt: daysAgo(8) },
    { ...delivery, id: newId(), outboxId: 2, failedAt: daysAgo(8) },
    { ...delivery, id: newId(), outboxId: 3 },
    { ...delivery, id: newId(), outboxId: 4, dueAt: daysAgo(6), deliveredAt: daysAgo(6) },
  ]);
  expect((await cutRows()).webhook_deliveries).toBe(2);
  const left = await database('webhook_deliveries').orderBy('outboxId').select('outboxId');
  expect(left).toEqual([{ outboxId: 3 }, { outboxId: 4 }]);
});

const oldEvents = (count: number) => {
  const event = { type: 'task_queued', taskId: newId(), userId: user.id, data: '{}', createdAt: daysAgo(9) };
  return database.batchInsert(
    'outbox',
    Array.from({ length: count }, () => ({ ...event, sentAt: daysAgo(8) })),
  );
};

test('a table that cannot be cut does not stop the others', async () => {
  await oldEvents(3);
  const asset = await createAsset({ createdAt: daysAgo(31) });
  await database.raw('RENAME TABLE tasks TO tasks_elsewhere');
  const result = await cut().finally(() => database.raw('RENAME TABLE tasks_elsewhere TO tasks'));
  // The needs of unfinished tasks are then unknown, so no asset is deleted.
  expect(result.failed).toEqual(['assets', 'tasks', 'moved_tasks']);
  expect(result.deleted).toMatchObject({ assets: 0, outbox: 3 });
  expect(await Asset.query(database).findById(asset.id)).toBeDefined();
  expect(await cut()).toMatchObject({ failed: [], deleted: { assets: 1 } });
});

test('a long backlog is cut in several runs', async () => {
  await oldEvents(52_000);
  expect(await cut()).toMatchObject({ deleted: { outbox: 50_000 }, unfinished: ['outbox'] });
  expect(await cut()).toMatchObject({ deleted: { outbox: 2_000 }, unfinished: [] });
});

test.each([
  ['ahead', -400],
  ['behind', 400],
])('a clock that is %s deletes nothing', async (_where, days) => {
  const asset = await createAsset({ createdAt: daysAgo(1) });
  const old = await createAsset({ createdAt: daysAgo(40) });
  const wrong = { ...clock, now: () => daysAgo(days) };
  const run = applyRetention({ database, clock: wrong, logger: silentLogger }, policy);
  await expect(run).rejects.toThrow(
    /nothing is deleted by its age: the clock of this machine is \d+ seconds/,
  );
  expect(await Asset.query(database).findByIds([asset.id, old.id]).resultSize()).toBe(2);
  expect((await cutRows()).assets).toBe(1);
});

test('old tasks are found without a look at files of others', async () => {
  await using crowd = await createTestDatabase();
  await writeHistory(crowd, { tasks: 1_000, queued: 10, people: 20 });
  const asked: { sql: string; bindings: readonly unknown[] }[] = [];
  crowd.database.on('query', (query) => asked.push(query));
  await applyRetention({ database: crowd.database, clock, logger: silentLogger }, policy);
  const finding = asked.find(({ sql }) => /^select .* from `tasks` where `finished_at`/.test(sql));
  // As if half of them were old.
  const bindings = finding?.bindings.map((value) => (value instanceof Date ? daysAgo(12) : value)) ?? [];
  const [plan] = await crowd.database.raw(`EXPLAIN ${finding?.sql}`, bindings as []);
  expect(plan).toContainEqual(expect.objectContaining({ table: 'assets', type: 'ref' }));
});

test('a run that would delete more of the files than it may deletes none, and says so', async () => {
  const old = (name: string) => ({ id: newId(), userId: user.id, createdAt: daysAgo(40), storageKey: name });
  const asset = { kind: 'input', mime: 'image/png', width: 1, height: 1, bytes: 1, sha256: 'c'.repeat(64) };
  const rows = Array.from({ length: 1_001 }, (_, at) => ({ ...asset, ...old(`inputs/held-${at}.png`) }));
  await database.batchInsert('assets', rows, 500);
  await oldEvents(1);
  await database.raw('ANALYZE TABLE assets');
  const result = await cut();
  expect(result).toMatchObject({
    deleted: { assets: 0, outbox: 1 },
    held: [{ table: 'assets', due: 1_000 }],
  });
  expect(await listHeld(database)).toEqual(result.held);
  const allowed = await applyRetention(
    { database, clock, logger: silentLogger },
    { ...policy, mostPercent: 100 },
  );
  expect(allowed).toMatchObject({ deleted: { assets: 1_001 }, held: [] });
  expect(await listHeld(database)).toEqual([]);
});

test('old rows that have to stay keep no later ones', async () => {
  const age = (days: number) => ({ id: newId(), userId: user.id, createdAt: daysAgo(days) });
  const stay = Array.from({ length: 1_100 }, () => age(60));
  const go = Array.from({ length: 200 }, () => age(50));
  const asset = { kind: 'input', mime: 'image/png', width: 1, height: 1, bytes: 1, sha256: 'c'.repeat(64) };
  const rows = [...stay, ...go].map((row) => ({ ...row, ...asset, storageKey: `inputs/${row.id}.png` }));
  await database.batchInsert('assets', rows, 500);
  const image = { sha256: asset.sha256, mime: asset.mime, storageKey: '', width: 1, height: 1 };
  const images = Object.fromEntries(stay.map(({ id }) => [id, { ...image, assetId: id }]));
  await createQueuedTask(database, user.id, { images, cost: 0 });
  const result = await applyRetention(
    { database, clock, logger: silentLogger },
    { ...policy, mostPercent: 100 },
  );
  expect(result.deleted.assets).toBe(200);
});

test('what gone servers and unused workflows leave behind goes, and nothing that is decided or kept', async () => {
  const pod = { discoveredBy: 'kubernetes', removedAt: daysAgo(31) };
  const create = async (values: object) => {
    const { id } = await createOwnedBackend(database);
    await database('backends').where({ id }).update(values);
    return id;
  };
  const gone = await create(pod);
  const kept = [
    await create({ ...pod, removedAt: daysAgo(29) }),
    await create({ ...pod, discoveredBy: null }),
    await create({ discoveredBy: 'kubernetes' }),
  ];
  const worked = await createOwnedBackend(database);
  const task = await createQueuedTask(database, user.id);
  await assign(database, task, worked);
  await database('backends').where({ id: worked.id }).update(pod);
  await database('inventories')
    .insert({ backendId: gone, digest: 'd', content: '{}', updatedAt: daysAgo(40) })
    .onConflict()
    .merge();
  const learned = { secondsPerUnit: 1, samples: 1 };
  await database('run_times').insert([
    { ...learned, workflow: 'unused', backendId: gone, updatedAt: daysAgo(93) },
    { ...learned, workflow: 'used', backendId: gone, updatedAt: daysAgo(91) },
  ]);
  expect(await cutRows()).toMatchObject({ backends: 1, run_times: 1 });
  const left: string[] = await database('backends')
    .whereIn('id', [gone, worked.id, ...kept])
    .pluck('id');
  expect(left.toSorted()).toEqual([worked.id, ...kept].toSorted());
  expect(await database('run_times').pluck('workflow')).toEqual(['used']);
});

test('the shards of a bot go a day after its key was revoked, and those of a living key stay', async () => {
  const keys = { living: null, today: daysAgo(0.9), revoked: daysAgo(1.1) };
  for (const [id, revokedAt] of Object.entries(keys)) {
    const made = { userId: user.id, kind: 'service' as const, name: id, createdAt: daysAgo(40) };
    await ApiKey.query(database).insert({ ...made, id, secretHash: id.padEnd(64, 'x'), revokedAt });
  }
  for (const serviceKeyId of [...Object.keys(keys), 'erased'])
    await database('bot_shards').insert({ serviceKeyId, version: 1, layout: '{}' });
  expect((await cutRows()).bot_shards).toBe(2);
  const left = await database('bot_shards').orderBy('serviceKeyId').select('serviceKeyId');
  expect(left.map(({ serviceKeyId }) => serviceKeyId)).toEqual(['living', 'today']);
});
