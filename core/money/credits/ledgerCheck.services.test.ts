import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { dropGuards } from '../../ground/db/guards.ts';
import { LedgerCheckRecord } from '../../ground/db/models/ledgerCheck.ts';
import { createUser } from '../../testing/db/factories.ts';
import { type History, writeHistory } from '../../testing/db/history.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { giftCredits } from './credits.ts';
import { checkLedger, checkLedgerPart, reportLedger } from './ledgerCheck.ts';

const clock = createManualClock(new Date());
const never = new AbortController().signal;
const db = databaseFixture();
let database: Database;
let history: History;
beforeAll(async () => {
  database = db.database;
  // The first person's entries fill more than two pages, and so do the transfers.
  history = await writeHistory(db, { tasks: 12_000, queued: 20, people: 1_200 });
});
beforeEach(() => database('ledger_checks').delete());

/** One page a part. @returns what the check found, and how many parts it took. */
async function checkInParts(beforeEachPart: () => Promise<unknown> = async () => undefined) {
  for (let parts = 1; ; parts++) {
    await beforeEachPart();
    const check = await checkLedgerPart({ database, clock }, { budgetMs: 0, signal: never });
    if (check) return { parts, check };
  }
}

/** Lets no check save its part before all have one to save. */
async function inOneMoment<Result>(parts: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const lock = await database.transaction();
  await lock('ledger_checks').where({ running: 1 }).forUpdate();
  const ends = Promise.all(parts.map((part) => part()));
  await expect
    .poll(async () => {
      const waiting =
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'update `ledger_checks`%'";
      return (await database.raw(waiting))[0].length;
    })
    .toBe(parts.length);
  await lock.rollback();
  return ends;
}

const sound = { imbalance: 0, wrongTransfers: 0, openHolds: 0, wrongBalances: 0, wrongHolds: 0 };

test('a check in parts finds the same as one read', async () => {
  const whole = await checkLedger(database);
  expect(whole).toMatchObject({ ok: true, imbalance: 0, openHolds: 100 });
  const { parts, check } = await checkInParts();
  expect(check).toEqual(whole);
  expect(parts).toBeGreaterThan(10);
});

test('movements during a check make no sound ledger look wrong', async () => {
  const [giver, receiver] = [await createUser(database, 1_000), await createUser(database, 0)];
  let gifts = 0;
  const give = () =>
    inTransaction(database, (trx) =>
      giftCredits({ clock }, trx, {
        fromUserId: giver.id,
        toUserId: gifts % 2 === 0 ? receiver.id : history.heavyUserId,
        amount: 1,
        key: String(gifts++),
        reason: '',
      }),
    );
  expect((await checkInParts(give)).check).toMatchObject({ ok: true, imbalance: 0, wrongBalances: 0 });
  expect(gifts).toBeGreaterThan(10);
});

test('one missing credit among ten thousand entries is found', async () => {
  const balance = () => database('balances').where({ userId: history.heavyUserId });
  await balance().decrement('available', 1);
  const { check } = await checkInParts().finally(() => balance().increment('available', 1));
  expect(check).toMatchObject({ ok: false, imbalance: 0, wrongBalances: 1 });
});

test('entries that cancel out are still wrong by transfer', async () => {
  const rows = await database('ledger_entries').where({ account: 'revenue' }).limit(2);
  const change = (index: number, by: number) =>
    database('ledger_entries')
      .where({ transferId: rows[index].transferId, account: 'revenue' })
      .increment('amount', by);
  await dropGuards(database);
  await change(0, 1);
  await change(1, -1);
  const check = await checkLedger(database);
  await change(0, -1);
  await change(1, 1);
  expect(check).toMatchObject({ ok: false, imbalance: 0, wrongTransfers: 2 });
});

test('two processes complete one check, and count nothing twice', async () => {
  const part = () => checkLedgerPart({ database, clock }, { budgetMs: 0, signal: never });
  await part();
  let completed: unknown[] = [];
  for (let parts = 2; completed.length === 0; parts++) {
    completed = (await inOneMoment([part, part])).filter(Boolean);
    const rows = await LedgerCheckRecord.query(database);
    expect(rows).toMatchObject([{ revision: parts }]);
  }
  expect(completed).toEqual([await checkLedger(database)]);
});

test('a large ledger gives its last check, and a question begins another', async () => {
  expect(await reportLedger({ database, clock })).toMatchObject({
    ok: false,
    checkedAt: undefined,
    underWay: { findings: { imbalance: 0 } },
  });
  await checkInParts();
  const checkedAt = clock.now();
  expect(await reportLedger({ database, clock })).toMatchObject({ ok: true, checkedAt, underWay: undefined });
  // On the same day it does not begin by itself; a question begins it after ten minutes.
  await clock.advance(11 * 60_000);
  expect(await checkLedgerPart({ database, clock }, { budgetMs: 0, signal: never })).toBeUndefined();
  expect(await LedgerCheckRecord.query(database).resultSize()).toBe(1);
  expect(await reportLedger({ database, clock })).toMatchObject({ ok: true, checkedAt, underWay: {} });
  // A fault is reported as soon as it is found.
  await LedgerCheckRecord.query(database)
    .findOne({ running: 1 })
    .patch({ findings: { ...sound, wrongHolds: 1 } });
  expect(await reportLedger({ database, clock })).toMatchObject({ ok: false, wrongHolds: 0, checkedAt });
});
