import { beforeEach, describe, expect, test } from 'vitest';
import { connectDatabase } from '../../ground/db/connect.ts';
import { Backend, Leader } from '../../ground/db/models/backend.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createOwnedBackend } from '../../testing/db/factories.ts';
import { eventually } from '../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import {
  countAlive,
  createLeaseAge,
  releaseBackend,
  releaseLeadership,
  renewBackends,
  renewLeadership,
  reportAlive,
  reportGone,
  takeBackend,
  takeLeadership,
} from './lease.ts';

const db = databaseFixture();
const ttlMs = 60_000;
const [a, b] = [newId(), newId()];

const deps = () => ({ database: db.database });
const expire = (table: string, id: string | number) =>
  db
    .database(table)
    .where({ id })
    .update({ leaseUntil: db.database.raw('NOW(3) - INTERVAL 1 SECOND') });

describe('leadership', () => {
  beforeEach(async () => {
    await Leader.query(db.database).findById(1).patch({ owner: null, epoch: 4, leaseUntil: null });
  });

  test('goes to one of many at once, under a higher epoch', async () => {
    const takers = Array.from({ length: 8 }, () => newId());
    const epochs = await Promise.all(takers.map((taker) => takeLeadership(deps(), taker, ttlMs)));
    expect(epochs.filter((epoch) => epoch !== undefined)).toEqual([5]);
  });

  test('cannot be taken while its lease is valid', async () => {
    await takeLeadership(deps(), a, ttlMs);
    expect(await takeLeadership(deps(), b, ttlMs)).toBeUndefined();
    expect(await Leader.query(db.database).findById(1)).toMatchObject({ owner: a, epoch: 5 });
  });

  test('is renewed after expiry unless another took it', async () => {
    await takeLeadership(deps(), a, ttlMs);
    await expire('leader', 1);
    expect(await renewLeadership(deps(), { owner: a, epoch: 5 }, ttlMs)).toBe('renewed');
    await expire('leader', 1);
    expect(await takeLeadership(deps(), b, ttlMs)).toBe(6);
    expect(await renewLeadership(deps(), { owner: a, epoch: 5 }, ttlMs)).toBe('lost');
  });

  test('is free on release, and a late release changes nothing', async () => {
    await takeLeadership(deps(), a, ttlMs);
    await releaseLeadership(deps(), { owner: a, epoch: 5 });
    expect(await takeLeadership(deps(), b, ttlMs)).toBe(6);
    await releaseLeadership(deps(), { owner: a, epoch: 5 });
    expect(await Leader.query(db.database).findById(1)).toMatchObject({ owner: b, epoch: 6 });
  });
});

/** A session of another machine, which says nothing more. `end`: the server ends it after a further silent second. */
async function vanishIn(
  table: string,
  id: string | number,
): Promise<AsyncDisposable & { end(): Promise<void> }> {
  const machine = connectDatabase({ url: db.url, poolSize: 1, idleSessionMs: 600_000 });
  const trx = await machine.transaction();
  await trx.raw(`SELECT id FROM ${table} WHERE id = ? LOCK IN SHARE MODE`, [id]);
  return {
    async end() {
      await trx.raw('SET SESSION wait_timeout = 1 /*M! , idle_transaction_timeout = 1 */');
    },
    async [Symbol.asyncDispose]() {
      await trx.rollback();
      await machine.destroy();
    },
  };
}

describe('a machine that vanishes in a transaction', () => {
  test('blocks leading only until the server ends its session', async () => {
    await Leader.query(db.database).findById(1).patch({ owner: b, epoch: 4, leaseUntil: null });
    await using vanished = await vanishIn('leader', 1);
    expect(await takeLeadership(deps(), a, ttlMs)).toBeUndefined();
    await vanished.end();
    await eventually(async () => expect(await takeLeadership(deps(), a, ttlMs)).toBe(5));
  });

  test('does not end the leadership of the leader', async () => {
    await Leader.query(db.database).findById(1).patch({ owner: a, epoch: 4, leaseUntil: null });
    await using vanished = await vanishIn('leader', 1);
    expect(await renewLeadership(deps(), { owner: a, epoch: 4 }, ttlMs)).toBe('locked');
    await vanished.end();
    await eventually(async () =>
      expect(await renewLeadership(deps(), { owner: a, epoch: 4 }, ttlMs)).toBe('renewed'),
    );
  });
});

describe('a taking whose answer was lost', () => {
  test('is repeated only by the same dispatcher, under a higher epoch', async () => {
    await Leader.query(db.database).findById(1).patch({ owner: null, epoch: 4, leaseUntil: null });
    expect(await takeLeadership(deps(), a, ttlMs)).toBe(5);
    expect(await takeLeadership(deps(), b, ttlMs)).toBeUndefined();
    expect(await takeLeadership(deps(), a, ttlMs)).toBe(6);
    expect(await renewLeadership(deps(), { owner: a, epoch: 5 }, ttlMs)).toBe('lost');
  });
});

describe('a backend', () => {
  const create = () => createOwnedBackend(db.database, a, { owner: null, leaseUntil: null, epoch: 0 });

  test("is renewed with its owner's others, and a lost one is named", async () => {
    const [kept, lost] = [await create(), await create()];
    for (const { id } of [kept, lost]) await takeBackend(deps(), id, a, ttlMs);
    await expire('backends', lost.id);
    expect(await takeBackend(deps(), lost.id, b, ttlMs)).toBe(2);
    const ownerships = [kept, lost].map(({ id }) => ({ backendId: id, epoch: 1 }));
    await expire('backends', kept.id);
    const renewals = await renewBackends(deps(), a, ownerships, ttlMs);
    expect(ownerships.map((ownership) => renewals.get(ownership))).toEqual(['renewed', 'lost']);
    expect(await takeBackend(deps(), kept.id, b, ttlMs)).toBeUndefined();
    expect(await Backend.query(db.database).findById(lost.id)).toMatchObject({ owner: b, epoch: 2 });
  });

  test('taken again by its owner is not released by the earlier lease', async () => {
    const { id } = await create();
    await takeBackend(deps(), id, a, ttlMs);
    await releaseBackend(deps(), a, { backendId: id, epoch: 1 });
    expect(await takeBackend(deps(), id, a, ttlMs)).toBe(2);
    await releaseBackend(deps(), a, { backendId: id, epoch: 1 });
    expect(await Backend.query(db.database).findById(id)).toMatchObject({ owner: a, epoch: 2 });
  });
});

describe('a dispatcher', () => {
  test('is alive from its report until it leaves or falls silent', async () => {
    const before = await countAlive(deps());
    await reportAlive(deps(), a, ttlMs);
    await reportAlive(deps(), a, ttlMs);
    await reportAlive(deps(), b, ttlMs);
    expect(await countAlive(deps())).toBe(before + 2);
    await reportGone(deps(), a);
    await expire('dispatchers', b);
    expect(await countAlive(deps())).toBe(before);
  });
});

describe('the age of leases', () => {
  test('counts from before the renewal was sent', async () => {
    const clock = createManualClock();
    const age = createLeaseAge(clock, 10_000);
    expect(age.isYoung()).toBe(false);
    const noteRenewed = age.begin();
    await clock.advance(3_000);
    noteRenewed();
    await clock.advance(1_999);
    expect(age.isYoung()).toBe(true);
    await clock.advance(1);
    expect(age.isYoung()).toBe(false);
  });
});
