import { expect, test } from 'vitest';
import { inTransaction } from '../../ground/db/connect.ts';
import { LedgerEntry, Transfer } from '../../ground/db/models/ledger.ts';
import { User } from '../../ground/db/models/user.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { joinAccounts } from '../../people/identity/accounts/joinAccounts.ts';
import { createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { settleHold } from '../../testing/db/holds.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { grantCredits } from './credits.ts';
import { payDebts } from './debt.ts';
import { findGiftable } from './grantLocks.ts';
import { checkLedger } from './ledgerCheck.ts';
import { giveBackCredits, sellCredits, takeBackCredits } from './sales.ts';
import { findBalance } from './statement.ts';

const deps = { clock: systemClock };
const db = databaseFixture();

const takeBack = (userId: string, amount: number, businessKey = newId(), saleId = newId()) =>
  inTransaction(db.database, (trx) =>
    takeBackCredits(deps, trx, { userId, amount, businessKey, reason: 'refund' }, saleId),
  );
const sell = (userId: string, amount: number, businessKey = newId()) =>
  inTransaction(db.database, (trx) =>
    sellCredits(deps, trx, { userId, amount, businessKey, reason: 'sale' }),
  );

const giftableOf = async (id: string) =>
  (await findGiftable(db.database, await findBalance(db.database, id), systemClock.now())).giftable;
const grantLocked = (userId: string, amount: number) => {
  const unlocksAt = new Date(Date.now() + 24 * 3_600_000);
  return inTransaction(db.database, (trx) =>
    grantCredits(deps, trx, { userId, amount, key: newId(), reason: 'test', unlocksAt }),
  );
};

test('free credits that paid a debt lock no bought ones in their place', async () => {
  const { id } = await createUser(db.database, 0);
  await takeBack(id, 20);
  await grantLocked(id, 30);
  await sell(id, 100);
  expect(await findBalance(db.database, id)).toMatchObject({ available: 110, debt: 0 });
  expect(await giftableOf(id)).toBe(100);
});

test('a debt is part of the books, and a wrong one is found', async () => {
  const { id } = await createUser(db.database, 40);
  await takeBack(id, 100);
  expect(await findBalance(db.database, id)).toMatchObject({ available: 0, debt: 60 });
  expect(await checkLedger(db.database)).toMatchObject({ ok: true, imbalance: 0 });
  await db.database('balances').where({ userId: id }).update({ debt: 59 });
  expect(await checkLedger(db.database)).toMatchObject({ ok: false, wrongBalances: 1 });
  await db.database('balances').where({ userId: id }).update({ debt: 60 });
});

test('what is taken back many times at once is taken back once', async () => {
  const { id } = await createUser(db.database, 40);
  await Promise.all(Array.from({ length: 6 }, () => takeBack(id, 100, 'refund:one')));
  expect(await findBalance(db.database, id)).toMatchObject({ available: 0, debt: 60 });
});

test('sales at once pay a debt once', async () => {
  const { id } = await createUser(db.database, 0);
  await takeBack(id, 100);
  await Promise.all(Array.from({ length: 5 }, (_, n) => sell(id, 50, `sale:${n % 4}`)));
  expect(await findBalance(db.database, id)).toMatchObject({ available: 100, debt: 0 });
});

test('a task that waits is not touched, and its credits pay the debt later', async () => {
  const { id } = await createUser(db.database, 30);
  const task = await createQueuedTask(db.database, id, { cost: 30 });
  await takeBack(id, 20);
  expect(await findBalance(db.database, id)).toMatchObject({ available: 0, held: 30, debt: 20 });
  await inTransaction(db.database, (trx) =>
    settleHold(deps, trx, { taskId: task.id, userId: id, amount: 30 }, { kind: 'release' }),
  );
  await expect(createQueuedTask(db.database, id, { cost: 1 })).rejects.toThrow('You owe 20 credits');
  await Promise.all([
    payDebts({ ...deps, database: db.database }),
    payDebts({ ...deps, database: db.database }),
  ]);
  expect(await findBalance(db.database, id)).toMatchObject({ available: 10, held: 0, debt: 0 });
});

test('a debt goes with a joined account', async () => {
  const [from, into] = [await createUser(db.database, 0), await createUser(db.database, 100)];
  await takeBack(from.id, 70);
  await User.query(db.database).findById(from.id).patch({ username: null });
  await inTransaction(db.database, (trx) => joinAccounts(deps, trx, from.id, into.id));
  expect(await findBalance(db.database, from.id)).toMatchObject({ available: 0, debt: 0 });
  expect(await findBalance(db.database, into.id)).toMatchObject({ available: 30, debt: 0 });
});

test('of two payments that went back, each brings back its own free credits alone', async () => {
  const { id } = await createUser(db.database, 0);
  const give = (from: string, amount: number) =>
    inTransaction(db.database, (trx) =>
      giveBackCredits(deps, trx, { userId: id, amount, businessKey: newId(), reason: 'won' }, from),
    );
  const giftable = () => giftableOf(id);
  await grantLocked(id, 30);
  await takeBack(id, 50, newId(), 'lost');
  await sell(id, 100);
  await takeBack(id, 80, newId(), 'won');
  await give('won', 80);
  expect([await giftable(), await findBalance(db.database, id)]).toMatchObject([
    80,
    { available: 80, debt: 0 },
  ]);
  await takeBack(id, 120, newId(), 'next');
  await give('lost', 50);
  // Free credits are the last to go: the 10 that are left are of the 30.
  expect([await giftable(), await findBalance(db.database, id)]).toMatchObject([
    0,
    { available: 10, debt: 0 },
  ]);
  await give('next', 120);
  expect([await giftable(), await findBalance(db.database, id)]).toMatchObject([
    100,
    { available: 130, debt: 0 },
  ]);
});

test('every movement of these adds up to nothing', async () => {
  const [sum] = await LedgerEntry.query(db.database).sum('amount as total');
  expect(Number((sum as unknown as { total: string }).total)).toBe(0);
  expect(await Transfer.query(db.database).where({ kind: 'debt' }).resultSize()).toBeGreaterThan(3);
});
