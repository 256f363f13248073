import type { Knex } from 'knex';
import { beforeAll, expect, test } from 'vitest';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { dropGuards } from '../../ground/db/guards.ts';
import { LedgerEntry, Transfer } from '../../ground/db/models/ledger.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { holdCredits, settleHold } from '../../testing/db/holds.ts';
import { untilOneWaits } from '../../testing/db/lockWaits.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { giftCredits, grantCredits } from './credits.ts';
import { checkLedger } from './ledgerCheck.ts';
import { findBalance, listTransfers } from './statement.ts';

const deps = { clock: systemClock };
const db = databaseFixture();
let database: Database;
beforeAll(async () => {
  database = db.database;
});

const balanceOf = async (userId: string) => {
  const { available, held } = await findBalance(database, userId);
  return { available, held };
};
const inTrx = <T>(work: Parameters<typeof inTransaction<T>>[1]) => inTransaction(database, work);

test("a grant's key is used once, and refuses another amount", async () => {
  const user = await createUser(database, 0);
  const grant = { userId: user.id, amount: 50, key: newId(), reason: 'welcome' };
  const results = await Promise.all([1, 2, 3, 4].map(() => inTrx((trx) => grantCredits(deps, trx, grant))));
  expect(results.filter(Boolean)).toHaveLength(1);
  await expect(inTrx((trx) => grantCredits(deps, trx, { ...grant, amount: 51 }))).rejects.toMatchObject({
    code: 'idempotency-conflict',
  });
  expect(await balanceOf(user.id)).toEqual({ available: 50, held: 0 });
});

test('taking more than there is changes nothing', async () => {
  const user = await createUser(database, 10);
  const take = { userId: user.id, amount: -11, key: newId(), reason: 'correction' };
  await expect(inTrx((trx) => grantCredits(deps, trx, take))).rejects.toMatchObject({
    code: 'insufficient-credits',
  });
  expect(await balanceOf(user.id)).toEqual({ available: 10, held: 0 });
  expect(await Transfer.query(database).findOne({ businessKey: `grant:${take.key}` })).toBeUndefined();
});

test('a hold that waited for another one needs no second try', async () => {
  const user = await createUser(database, 30);
  const hold = (trx: Transaction) =>
    holdCredits(deps, trx, { taskId: newId(), userId: user.id, amount: 10 }, 100);
  const [first, second] = [await database.transaction(), await database.transaction()];
  try {
    await hold(first);
    await Promise.all([hold(second), untilOneWaits(database).then(() => first.commit())]);
    await second.commit();
    expect(await balanceOf(user.id)).toEqual({ available: 10, held: 20 });
  } finally {
    await first.rollback();
    await second.rollback();
  }
});

test('simultaneous holds pass only as far as the balance covers them', async () => {
  const user = await createUser(database, 25);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () =>
      inTrx((trx) => holdCredits(deps, trx, { taskId: newId(), userId: user.id, amount: 10 }, 100)),
    ),
  );
  expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(2);
  expect(await balanceOf(user.id)).toEqual({ available: 5, held: 20 });
});

/** The transaction, in which `work` comes right after the first statement that moves a balance. */
const interrupted = (trx: Transaction, work: () => Promise<unknown>): Transaction =>
  new Proxy(trx, {
    get(target, name) {
      if (name !== 'raw') return Reflect.get(target, name);
      return (sql: string, values: readonly Knex.Value[]) => {
        const statement = target.raw(sql, [...values]);
        if (!sql.startsWith('update `balances`')) return statement;
        return statement.then(async (answer) => {
          await work();
          return answer;
        });
      };
    },
  });

test('a hold that met the limit as a task ended goes through', async () => {
  const user = await createUser(database, 1_000);
  const price = () => ({ taskId: newId(), userId: user.id, amount: 1 });
  const [ending, next] = [price(), price()];
  await inTrx((trx) => holdCredits(deps, trx, ending, 1));
  let interruptions = 0;
  const end = async () => {
    interruptions += 1;
    await inTrx((trx) => settleHold(deps, trx, ending, { kind: 'release' }));
  };
  await inTrx((trx) => holdCredits(deps, interrupted(trx, end), next, 1));
  expect(interruptions).toBe(1);
  expect(await findBalance(database, user.id)).toMatchObject({ available: 999, held: 1, openTasks: 1 });
  await expect(inTrx((trx) => holdCredits(deps, trx, price(), 1))).rejects.toMatchObject({
    code: 'quota-exceeded',
  });
});

test('a hold is settled once when capture and release race', async () => {
  const user = await createUser(database, 100);
  const task = await createQueuedTask(database, user.id, { cost: 30 });
  const price = { taskId: task.id, userId: user.id, amount: 30 };
  const results = await Promise.all(
    (['capture', 'release', 'capture', 'release'] as const).map((kind) =>
      inTrx((trx) => settleHold(deps, trx, price, { kind })),
    ),
  );
  expect(results.filter(Boolean)).toHaveLength(1);
  const balance = await balanceOf(user.id);
  expect(balance.held).toBe(0);
  expect([70, 100]).toContain(balance.available);
});

test('a gift moves credits and appears on both statements', async () => {
  const [giver, receiver] = [await createUser(database, 40), await createUser(database, 0)];
  const gift = { fromUserId: giver.id, toUserId: receiver.id, amount: 15, key: 'birthday', reason: '' };
  await inTrx((trx) => giftCredits(deps, trx, gift));
  expect(await inTrx((trx) => giftCredits(deps, trx, gift))).toBe(false);
  expect(await balanceOf(giver.id)).toEqual({ available: 25, held: 0 });
  expect(await balanceOf(receiver.id)).toEqual({ available: 15, held: 0 });
  const [sent] = await listTransfers(database, giver.id, { limit: 1 });
  const [received] = await listTransfers(database, receiver.id, { limit: 1 });
  expect(sent?.id).toBe(received?.id);
});

test("a gift's key refuses another receiver, and moves nothing", async () => {
  const [giver, receiver, other] = [
    await createUser(database, 40),
    await createUser(database, 0),
    await createUser(database, 0),
  ];
  const gift = { fromUserId: giver.id, toUserId: receiver.id, amount: 15, key: 'twice', reason: '' };
  await inTrx((trx) => giftCredits(deps, trx, gift));
  await expect(inTrx((trx) => giftCredits(deps, trx, { ...gift, toUserId: other.id }))).rejects.toMatchObject(
    {
      code: 'idempotency-conflict',
    },
  );
  expect(await balanceOf(giver.id)).toEqual({ available: 25, held: 0 });
  expect(await balanceOf(other.id)).toEqual({ available: 0, held: 0 });
});

test('the check finds a wrong balance, a lost entry, an open hold', async () => {
  const user = await createUser(database, 60);
  const task = await createQueuedTask(database, user.id, { cost: 20 });
  const sound = await checkLedger(database);
  expect(sound.imbalance).toBe(0);
  expect(sound.wrongBalances).toBe(0);

  await database('balances').where({ userId: user.id }).update({ available: 41 });
  expect(await checkLedger(database)).toMatchObject({ ok: false, wrongBalances: 1 });
  await database('balances').where({ userId: user.id }).update({ available: 40 });

  await dropGuards(database);
  await database('tasks').where({ id: task.id }).update({ status: 'failed' });
  expect((await checkLedger(database)).wrongHolds).toBe(sound.wrongHolds + 1);
  await database('tasks').where({ id: task.id }).update({ status: 'queued' });

  const entry = await LedgerEntry.query(database).where({ userId: user.id, account: 'held' }).first();
  await LedgerEntry.query(database).where({ transferId: entry?.transferId, account: 'held' }).delete();
  expect((await checkLedger(database)).imbalance).toBe(-20);
});
