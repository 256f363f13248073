import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { dropGuards } from '../../ground/db/guards.ts';
import type { Task } from '../../ground/db/models/task.ts';
import { User } from '../../ground/db/models/user.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { grantCredits } from '../../money/credits/credits.ts';
import { findGuildCredits, giveToGuild, grantGuildCredits } from '../../money/credits/guildCredits.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';
import { findBalance, listTransfers } from '../../money/credits/statement.ts';
import { assign, createOwnedBackend, createUser } from '../../testing/db/factories.ts';
import { createSubmitDeps } from '../../testing/db/submitDeps.ts';
import { fixedQuotas } from '../../testing/fixedQuotas.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock, noonOfToday } from '../../testing/manualClock.ts';
import { type SubmitDeps, submitTask } from '../../work/tasks/accepting/submitTask.ts';
import { completeTask, startTask } from '../../work/tasks/attemptTransitions.ts';
import { cancelTask } from '../../work/tasks/cancelTask.ts';
import { failQueuedTask } from '../../work/tasks/failQueuedTask.ts';
import { joinAccounts } from '../identity/accounts/joinAccounts.ts';
import { readSharedRest } from './sharedAllowance.ts';

/** Of all days that are counted here. */
const noon = noonOfToday();
const today = createManualClock(noon);
const dayMs = 86_400_000;

const db = databaseFixture();
let database: Database;
let deps: SubmitDeps;
let user: User;
let guildId = '300000000000000000';
/** Of one task of these tests. */
let price: number;

beforeAll(async () => {
  database = db.database;
  deps = { ...(await createSubmitDeps(database, 50)), clock: today };
  user = await createUser(database, 1_000);
  price = (await ask({ creditsPerDay: 1 })).cost;
});
beforeEach(async () => {
  user = await createUser(database, 1_000);
  guildId = String(BigInt(guildId) + 1n);
});
afterEach(async () => {
  expect(await checkLedger(database)).toMatchObject({ ok: true, imbalance: 0 });
});

const inTrx = <T>(work: Parameters<typeof inTransaction<T>>[1]) => inTransaction(database, work);
const fill = (amount: number, key: string = newId()) =>
  inTrx((trx) => grantGuildCredits(deps, trx, { guildId, amount, key, reason: 'test', actorId: user.id }));

interface Ask {
  creditsPerDay: number;
  userId?: string;
  key?: string;
  clock?: Clock;
}

async function ask(
  { creditsPerDay, userId = user.id, key, clock = today }: Ask,
  { quotas } = deps,
): Promise<Task> {
  const { task } = await submitTask(
    { ...deps, clock, quotas },
    {
      userId,
      role: 'user',
      workflowName: 'text2img',
      params: { prompt: 'a red fox' },
      apiKeyId: null,
      meta: {},
      sharedAllowance: { guildId, creditsPerDay },
      ...(key === undefined ? {} : { idempotency: { key, bodyHash: 'a'.repeat(64) } }),
    },
  );
  return task;
}

const own = async (userId = user.id) => {
  const { available, held } = await findBalance(database, userId);
  return { available, held };
};
const shared = () => findGuildCredits(database, guildId);
const leftOf = async (creditsPerDay: number, userId = user.id, now = noon) =>
  (await readSharedRest(database, userId, { guildId, creditsPerDay }, now)).left;
const payersOf = (tasks: readonly Task[]) =>
  tasks.map(({ payerGuildId }) => payerGuildId).toSorted((a, b) => String(a).localeCompare(String(b)));

describe("a member's allowance of shared credits", () => {
  test('is never overshot by simultaneous requests: the person pays the rest', async () => {
    await fill(100 * price);
    const creditsPerDay = 3 * price + 1;
    const tasks = await Promise.all(Array.from({ length: 8 }, () => ask({ creditsPerDay })));
    expect(payersOf(tasks)).toEqual([...Array(3).fill(guildId), ...Array(5).fill(null)]);
    expect(await shared()).toEqual({ available: 97 * price, held: 3 * price });
    expect(await own()).toEqual({ available: 1_000 - 5 * price, held: 5 * price });
    expect(await leftOf(creditsPerDay)).toBe(1);
    expect((await findBalance(database, user.id)).openTasks).toBe(8);
  });

  test('is no credit: simultaneous requests do not overdraw the server', async () => {
    await fill(2 * price + 1);
    const people = await Promise.all(Array.from({ length: 6 }, () => createUser(database, 1_000)));
    const tasks = await Promise.all(people.map(({ id }) => ask({ creditsPerDay: 9 * price, userId: id })));
    expect(payersOf(tasks)).toEqual([guildId, guildId, ...Array(4).fill(null)]);
    expect(await shared()).toEqual({ available: 1, held: 2 * price });
    const lefts = await Promise.all(people.map(({ id }) => leftOf(9 * price, id)));
    expect(lefts.toSorted()).toEqual([8, 8, 9, 9, 9, 9].map((times) => times * price));
  });

  test('is of one person, one server and one day', async () => {
    await fill(10 * price);
    expect((await ask({ creditsPerDay: price })).payerGuildId).toBe(guildId);
    expect((await ask({ creditsPerDay: price })).payerGuildId).toBeNull();
    const clock = createManualClock(new Date(noon.getTime() + dayMs));
    expect((await ask({ creditsPerDay: price, clock })).payerGuildId).toBe(guildId);
    const other = await createUser(database, 0);
    expect((await ask({ creditsPerDay: price, userId: other.id })).payerGuildId).toBe(guildId);
    guildId = String(BigInt(guildId) + 1n);
    expect((await ask({ creditsPerDay: price })).payerGuildId).toBeNull();
  });

  test('counts a repeated request once and a refused one never', async () => {
    await fill(10 * price);
    const first = await ask({ creditsPerDay: 2 * price, key: 'once' });
    expect((await ask({ creditsPerDay: 2 * price, key: 'once' })).id).toBe(first.id);
    const limited = { ...deps, quotas: fixedQuotas({ openTasks: 1 }) };
    await expect(ask({ creditsPerDay: 2 * price }, limited)).rejects.toMatchObject({
      code: 'quota-exceeded',
    });
    expect(await leftOf(2 * price)).toBe(price);
    expect(await shared()).toEqual({ available: 9 * price, held: price });
  });
});

describe('what a server paid', () => {
  const cancel = (task: Task, percent?: number) =>
    cancelTask(
      deps,
      task.id,
      user.id,
      percent === undefined
        ? undefined
        : {
            progress: { findProgress: async () => new Map([[task.id, { attempt: 1, percent }]]) },
            chargesCancel: () => true,
          },
    );
  const fail = (task: Task) =>
    inTrx((trx) => failQueuedTask(deps, trx, task.id, { code: 'generation-failed', detail: 'test' }));
  const start = async (task: Task) => {
    const fence = await assign(database, task, await createOwnedBackend(database));
    await startTask(deps, fence);
    return fence;
  };

  test.each([
    ['a cancel before the start', (task: Task) => cancel(task)],
    ['a failure', fail],
    [
      'a cancel of what had computed nothing',
      async (task: Task) => {
        await start(task);
        await cancel(task, 0);
      },
    ],
  ])('returns to its credits and daily allowance after %s', async (_what, end) => {
    await fill(5 * price);
    const task = await ask({ creditsPerDay: 2 * price });
    expect(await shared()).toEqual({ available: 4 * price, held: price });
    await end(task);
    // Again, as after a lost answer.
    await cancel(task).catch(() => undefined);
    expect(await shared()).toEqual({ available: 5 * price, held: 0 });
    expect(await own()).toEqual({ available: 1_000, held: 0 });
    expect(await leftOf(2 * price)).toBe(2 * price);
    expect((await findBalance(database, user.id)).openTasks).toBe(0);
    expect(await listTransfers(database, user.id, { limit: 10 })).toHaveLength(1);
  });

  test('is charged for the computed share only, the rest returns', async () => {
    await fill(5 * price);
    const task = await ask({ creditsPerDay: 2 * price });
    await start(task);
    await cancel(task, 50);
    const charged = Math.floor(price / 2);
    expect(charged).toBeGreaterThan(0);
    expect(await shared()).toEqual({ available: 5 * price - charged, held: 0 });
    expect(await own()).toEqual({ available: 1_000, held: 0 });
    expect(await leftOf(2 * price)).toBe(2 * price - charged);
  });

  test('is charged when the task succeeds, with the member in the statement', async () => {
    await fill(5 * price);
    const task = await ask({ creditsPerDay: price });
    const fence = await start(task);
    const file = { mime: 'image/png', sha256: 'b'.repeat(64), storageKey: `outputs/${task.id}/b.png` };
    const size = { width: 1, height: 1, bytes: 1, durationMs: null, frames: null };
    expect(await completeTask(deps, fence, [{ id: newId(), ...file, ...size }])).toBe(true);
    expect(await shared()).toEqual({ available: 4 * price, held: 0 });
    expect(await own()).toEqual({ available: 1_000, held: 0 });
    expect(await leftOf(price)).toBe(0);
    const lines = await listTransfers(database, guildId, { limit: 10 });
    expect(lines).toMatchObject([
      { kind: 'capture', amount: 0, actorId: user.id, taskId: task.id },
      { kind: 'hold', amount: -price, actorId: user.id, taskId: task.id },
      { kind: 'grant', amount: 5 * price },
    ]);
  });

  test('comes back to the day on which it was accepted', async () => {
    await fill(5 * price);
    const yesterday = new Date(noon.getTime() - dayMs);
    const task = await ask({ creditsPerDay: price, clock: createManualClock(yesterday) });
    await ask({ creditsPerDay: price });
    await cancel(task);
    expect(await leftOf(price, user.id, yesterday)).toBe(price);
    expect(await leftOf(price)).toBe(0);
  });

  test('and went to the person would be found by the ledger check', async () => {
    await fill(5 * price);
    await ask({ creditsPerDay: price });
    const lost = () => database('guild_credits').where({ guildId });
    await lost().decrement('available', 1);
    expect(await checkLedger(database)).toMatchObject({ ok: false, wrongBalances: 1 });
    await lost().increment('available', 1);
    const task = await ask({ creditsPerDay: 2 * price });
    await cancel(task);
    const settlement = () => database('transfers').where({ businessKey: `settle:${task.id}` });
    await dropGuards(database);
    await settlement().update({ userId: user.id });
    expect(await checkLedger(database)).toMatchObject({ ok: false, wrongHolds: 1 });
    await settlement().update({ userId: guildId });
  });
});

describe("a server's shared credits", () => {
  const give = (amount: number, key = 'present', fromUserId = user.id) =>
    inTrx((trx) => giveToGuild(deps, trx, { fromUserId, guildId, amount, key, reason: '' }));

  test('are given by a member once for each key, however many try', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => give(30)));
    expect(results.filter(Boolean)).toHaveLength(1);
    await expect(give(31)).rejects.toMatchObject({ code: 'idempotency-conflict' });
    await expect(give(971, 'too much')).rejects.toMatchObject({ code: 'insufficient-credits' });
    expect(await shared()).toEqual({ available: 30, held: 0 });
    expect(await own()).toEqual({ available: 970, held: 0 });
  });

  test('are not given out of what came free and has not aged', async () => {
    const giver = await createUser(database, 10);
    const unlocksAt = new Date(noon.getTime() + dayMs);
    const free = { userId: giver.id, amount: 50, key: newId(), reason: 'daily', unlocksAt };
    await inTrx((trx) => grantCredits(deps, trx, free));
    await expect(give(11, 'locked', giver.id)).rejects.toMatchObject({ code: 'credits-locked' });
    expect(await shared()).toEqual({ available: 0, held: 0 });
    expect(await own(giver.id)).toEqual({ available: 60, held: 0 });
    await give(10, 'own', giver.id);
    expect(await shared()).toEqual({ available: 10, held: 0 });
  });

  test('never fall below zero, and a used grant key is refused', async () => {
    await fill(20, 'first');
    expect(await fill(20, 'first')).toBe(false);
    await expect(fill(21, 'first')).rejects.toMatchObject({ code: 'idempotency-conflict' });
    await expect(fill(-21)).rejects.toMatchObject({ code: 'insufficient-credits' });
    await fill(-20);
    expect(await shared()).toEqual({ available: 0, held: 0 });
  });
});

test('joining two accounts adds their days together', async () => {
  await fill(10 * price);
  const from = await createUser(database, 0);
  await User.query(database).findById(from.id).patch({ username: null });
  const day = (userId: string, tasks: number) => ({ userId, guildId, day: '2026-01-05', tasks });
  await database('member_days').insert([day(from.id, 2), day(user.id, 3)]);
  for (const userId of [from.id, user.id])
    await cancelTask(deps, (await ask({ creditsPerDay: 4 * price, userId })).id, userId);
  for (const userId of [from.id, user.id])
    await database('member_days').where({ userId, guildId }).update({ sharedCredits: price });
  await inTrx((trx) => joinAccounts(deps, trx, from.id, user.id));
  expect(await leftOf(4 * price)).toBe(2 * price);
  const rows = await database('member_days').where({ guildId }).orderBy('day');
  expect(rows.map(({ userId, tasks }) => [userId, tasks])).toEqual([
    [user.id, 5],
    [user.id, 0],
  ]);
  // The joined account has no allowance of its own.
  const again = ask({ creditsPerDay: 4 * price, userId: from.id });
  await expect(again).rejects.toMatchObject({ code: 'account-disabled' });
  expect(await shared()).toEqual({ available: 10 * price, held: 0 });
});
