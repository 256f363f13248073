import { beforeAll, expect, test } from 'vitest';
import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import { PersonPolicyRecord, User } from '../../../ground/db/models/user.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { changeDraft, listDrafts } from './drafts.ts';
import { joinAccounts } from './joinAccounts.ts';
import { isGrowing, moveJoined, sweepJoins } from './moveJoined.ts';
import { listPresets, putPreset } from './presets.ts';

const db = databaseFixture();
let database: Database;
beforeAll(async () => {
  ({ database } = db);
});

const clock = createManualClock(new Date());
const signal = new AbortController().signal;
const createDiscordUser = async (): Promise<User> => {
  const user = await createUser(database);
  await User.query(database).findById(user.id).patch({ username: null });
  return user;
};
const join = (from: User, into: User) =>
  inTransaction(database, (trx) => joinAccounts({ clock }, trx, from.id, into.id));
const sweep = () => sweepJoins({ database, clock }, signal);
const newWebhook = { url: 'https://example.com', secret: 's', types: '[]' };
const countAssets = async ({ id }: User) => {
  const [counted] = (await database('assets').where({ userId: id }).count({ rows: '*' })) as [
    { rows: number },
  ];
  return Number(counted.rows);
};

async function createAssets({ id: userId }: User, count: number): Promise<void> {
  const asset = { kind: 'input', mime: 'image/png', width: 1, height: 1, bytes: 1, sha256: 'c'.repeat(64) };
  const rows = Array.from({ length: count }, () => {
    const id = newId();
    return { ...asset, id, userId, storageKey: `inputs/${id}.png`, createdAt: clock.now() };
  });
  await database.batchInsert('assets', rows, 500);
}

test('a large account is joined in steps that survive a death', async () => {
  const [from, into] = [await createDiscordUser(), await createUser(database)];
  await createAssets(from, 1_300);
  // It tells nothing of what comes in between.
  const filter = { firstId: newId(), lastId: newId(), bits: Buffer.alloc(1) };
  for (const { id: userId } of [from, into, await createUser(database)])
    await database('prompt_filters').insert({ ...filter, userId });
  await join(from, into);
  expect(await database('prompt_filters').whereIn('userId', [from.id, into.id])).toEqual([]);
  expect(await database('prompt_filters')).toHaveLength(1);
  const dying = AbortSignal.abort(new Error('died'));
  await expect(moveJoined(database, from.id, dying)).rejects.toThrow('died');
  expect([await countAssets(from), await countAssets(into)]).toEqual([800, 500]);
  expect(await isGrowing(database, into.id)).toBe(true);
  await sweep();
  expect([await countAssets(from), await countAssets(into)]).toEqual([0, 1_300]);
  // What a request that was under way still adds follows too.
  await createAssets(from, 1);
  await clock.advance(61_000);
  await sweep();
  expect([await countAssets(from), await countAssets(into)]).toEqual([0, 1_301]);
  expect(await isGrowing(database, into.id)).toBe(false);
});

test('what still moves to an account that is joined itself goes on to the last one', async () => {
  const [first, second, third] = [
    await createDiscordUser(),
    await createDiscordUser(),
    await createUser(database),
  ];
  await createAssets(first, 3);
  await createAssets(second, 2);
  await join(first, second);
  await join(second, third);
  await sweep();
  expect([await countAssets(first), await countAssets(second), await countAssets(third)]).toEqual([0, 0, 5]);
});

test('a joined account brings its unpaid tasks along, and no more webhooks than a person may have', async () => {
  const [from, into] = [await createDiscordUser(), await createUser(database)];
  const day = clock.now().toISOString().slice(0, 10);
  await database('balances').where({ userId: from.id }).update({ unpaid: 5, unpaidDay: day });
  await database('balances').where({ userId: into.id }).update({ unpaid: 2, unpaidDay: '2020-01-01' });
  const add = (userId: string, count: number) =>
    Array.from({ length: count }, () => ({ ...newWebhook, id: newId(), userId, createdAt: clock.now() }));
  const [own, moved] = [add(into.id, 15), add(from.id, 8)];
  await database('webhooks').insert([...own, ...moved]);
  await join(from, into);
  expect(await database('balances').where({ userId: into.id }).first('unpaid')).toEqual({ unpaid: 5 });
  const kept = await database('webhooks').where({ userId: into.id }).orderBy('id').select('id', 'disabledAt');
  const newest = moved.map(({ id }) => id).toSorted();
  expect(kept.map(({ id }) => id)).toEqual([...own.map(({ id }) => id), ...newest.slice(3)].toSorted());
  expect(kept.filter(({ disabledAt }) => disabledAt === null)).toHaveLength(15);
  expect(await database('webhooks').where({ userId: from.id })).toEqual([]);
});

test('limits, orders, vouchers, presets, drafts and webhooks go along with a joined account', async () => {
  const [from, into] = [await createDiscordUser(), await createUser(database)];
  for (const [user, name, draft] of [
    [into, 'sea', 'kept'],
    [from, 'sea', 'given way'],
    [from, 'pier', 'brought'],
  ] as const)
    await putPreset(database, user.id, { workflow: 'text2img', name, draft });
  for (const [user, workflow, prompt] of [
    [into, 'text2img', 'kept'],
    [from, 'text2img', 'given way'],
    [from, 'upscale', 'brought'],
  ] as const)
    await changeDraft({ database, clock }, user.id, { workflow, values: { prompt } }, 1_000);
  const now = clock.now();
  await PersonPolicyRecord.query(database).insert({
    userId: from.id,
    version: 1,
    openTasks: 1,
    workflows: ['text2img'] as never,
    changedAt: now,
  });
  const order = { provider: 'outside', state: 'paid', packageId: newId(), packageVersion: 1, name: 'n' };
  const price = { credits: 5, amount: 100, currency: 'eur', createdAt: now, expiresAt: now };
  const [kept, same] = [newId(), newId()];
  for (const [id, userId, orderKey] of [
    [newId(), into.id, 'twice'],
    [same, from.id, 'twice'],
    [kept, from.id, 'once'],
  ])
    await database('orders').insert({ ...order, ...price, id, userId, orderKey });
  const use = (userId: string, codeHash: string, number: number) => ({
    userId,
    codeHash,
    number,
    usedAt: now,
  });
  const [shared, theirs] = ['a'.repeat(64), 'b'.repeat(64)];
  await database('voucher_uses').insert([
    use(into.id, shared, 1),
    use(from.id, shared, 1),
    use(from.id, theirs, 1),
  ]);
  const webhook = { ...newWebhook, id: newId(), userId: from.id };
  await database('webhooks').insert({ ...webhook, createdAt: now });
  await join(from, into);
  const presets = await listPresets(database, into.id);
  expect(presets.map(({ name, draft }) => [name, draft])).toEqual([
    ['pier', 'brought'],
    ['sea', 'kept'],
  ]);
  expect(await listPresets(database, from.id)).toEqual([]);
  const drafts = (await listDrafts(database, into.id)).map(({ draft }) => JSON.parse(draft).values.prompt);
  expect(drafts.toSorted()).toEqual(['brought', 'kept']);
  expect(await listDrafts(database, from.id)).toEqual([]);
  expect(await PersonPolicyRecord.query(database).findById(into.id)).toMatchObject({
    version: 1,
    openTasks: 1,
    workflows: ['text2img'],
    tasksPerDay: null,
  });
  const orders = await database('orders').where({ userId: into.id }).orderBy('orderKey');
  expect(orders.map(({ orderKey }) => orderKey).toSorted()).toEqual([same, 'once', 'twice'].toSorted());
  expect(await database('orders').where({ id: kept }).first()).toMatchObject({
    orderKey: 'once',
    credits: 5,
  });
  const uses = await database('voucher_uses')
    .orderBy(['codeHash', 'number'])
    .select('userId', 'codeHash', 'number');
  expect(uses).toEqual([
    { userId: into.id, codeHash: shared, number: 1 },
    { userId: into.id, codeHash: shared, number: 2 },
    { userId: into.id, codeHash: theirs, number: 1 },
  ]);
  // It sends nothing of the other account until its owner wants that.
  const [moved] = await database('webhooks').where({ id: webhook.id });
  expect(moved).toMatchObject({ userId: into.id, disabledAt: expect.any(Date) });
});
