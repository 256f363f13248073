import { beforeEach, expect, test } from 'vitest';
import { connectDatabase } from '../../ground/db/connect.ts';
import { Transfer } from '../../ground/db/models/ledger.ts';
import { AuditRecord } from '../../ground/db/models/operation.ts';
import type { User } from '../../ground/db/models/user.ts';
import { Voucher, VoucherBatch, VoucherUse } from '../../ground/db/models/voucher.ts';
import { createUser } from '../../testing/db/factories.ts';
import { untilOneWaits } from '../../testing/db/lockWaits.ts';
import { databaseFixture, fixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { findBalance } from '../credits/statement.ts';
import { createBatch, redeemVoucher, withdrawBatch } from './vouchers.ts';

const db = databaseFixture();
/** Of another process. */
const other = fixture(async () => {
  const database = connectDatabase({ url: db.url, poolSize: 2 });
  return { database, [Symbol.asyncDispose]: () => database.destroy() };
});
const clock = createManualClock();
const here = () => ({ database: db.database, clock });
const there = () => ({ database: other.database, clock });

let [ann, bob]: User[] = [];
beforeEach(async () => {
  [ann, bob] = [await createUser(db.database, 0), await createUser(db.database, 0)];
});
const idOf = (person: User | undefined): string => {
  if (!person) throw new Error('there is one');
  return person.id;
};
const available = async (person: User | undefined) =>
  (await findBalance(db.database, idOf(person))).available;

const make = async (codes: number) => {
  const terms = { name: 'fair', credits: 50, usesPerCode: 1, usesPerPerson: 1, expiresAt: null };
  const made = await createBatch(here(), { id: idOf(ann), serviceKey: null }, { ...terms, codes });
  const used = async () => ({
    batch: (await VoucherBatch.query(db.database).findById(made.batch.id))?.used,
    codes: (await Voucher.query(db.database).where({ batchId: made.batch.id })).map((code) => code.used),
  });
  return { id: made.batch.id, codes: made.codes as [string, ...string[]], used };
};

/** Redeems a code, and stands still before its commit. */
async function redeemHalf(person: User | undefined, code: string) {
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const redeemed = redeemVoucher(here(), idOf(person), code, () => {
    reached.resolve();
    return goOn.promise;
  });
  await Promise.race([reached.promise, redeemed]);
  return {
    finish: () => {
      goOn.resolve();
      return redeemed;
    },
  };
}

test('a code for one use waits for the process that redeems it, then is used up', async () => {
  const { codes, used } = await make(1);
  const first = await redeemHalf(ann, codes[0]);
  const second = redeemVoucher(there(), idOf(bob), codes[0]);
  await untilOneWaits(db.database);
  expect(await first.finish()).toBe(50);
  await expect(second).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect([await available(ann), await available(bob)]).toEqual([50, 0]);
  expect(await used()).toEqual({ batch: 1, codes: [1] });
  expect(await Transfer.query(db.database).where({ userId: idOf(bob) })).toEqual([]);
});

test('two codes of one batch that are redeemed at once are both counted', async () => {
  const { codes, used } = await make(2);
  const first = await redeemHalf(ann, codes[0]);
  const second = redeemVoucher(there(), idOf(bob), codes[1] ?? '');
  await untilOneWaits(db.database);
  expect([await first.finish(), await second]).toEqual([50, 50]);
  expect(await used()).toEqual({ batch: 2, codes: [1, 1] });
});

test('a code waits for the withdrawal of its batch, then adds nothing', async () => {
  const { id, codes, used } = await make(1);
  const withdrawal = await other.database.transaction();
  await VoucherBatch.query(withdrawal).findById(id).patch({ withdrawnAt: clock.now() });
  const redeemed = redeemVoucher(here(), idOf(ann), codes[0]);
  await untilOneWaits(db.database);
  await withdrawal.commit();
  await expect(redeemed).rejects.toMatchObject({ code: 'not-found' });
  expect(await available(ann)).toBe(0);
  expect(await used()).toEqual({ batch: 0, codes: [0] });
  expect(await VoucherUse.query(db.database).where({ userId: idOf(ann) })).toEqual([]);
});

test('a withdrawal waits for another of its batch, then changes and tells nothing', async () => {
  const { id } = await make(1);
  const first = await other.database.transaction();
  const withdrawnAt = new Date(clock.now().getTime() - 60_000);
  await VoucherBatch.query(first).findById(id).patch({ withdrawnAt });
  const second = withdrawBatch(here(), { id: idOf(ann), serviceKey: null }, id);
  await untilOneWaits(db.database);
  await first.commit();
  await second;
  expect(await VoucherBatch.query(db.database).findById(id)).toMatchObject({ withdrawnAt });
  const acts = await AuditRecord.query(db.database).where({ target: `vouchers:${id}` });
  expect(acts.map(({ action }) => action)).toEqual(['vouchers.create']);
});
