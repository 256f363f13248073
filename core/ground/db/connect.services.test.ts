import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { databaseFixture } from '../../testing/fixture.ts';
import { connectDatabase, inHotTransaction, shareUnlocked } from './connect.ts';
import { affectedBy, sendPacket } from './packet.ts';
import { selectPrepared } from './prepared.ts';

const db = databaseFixture();
beforeAll(async () => {
  await db.database.raw('CREATE TABLE rooms (id INT PRIMARY KEY, n INT NOT NULL)');
});
beforeEach(async () => {
  await db.database('rooms').delete();
  await db.database('rooms').insert([
    { id: 1, n: 0 },
    { id: 2, n: 0 },
  ]);
});

describe('a session that says nothing', () => {
  test('in a transaction is ended by the server, which rolls back', async () => {
    const vanished = connectDatabase({ url: db.url, poolSize: 1, idleSessionMs: 1_000 });
    const patient = connectDatabase({
      url: db.url,
      poolSize: 1,
      lockWaitMs: 60_000,
      statementTimeoutMs: 90_000,
    });
    try {
      const trx = await vanished.transaction();
      await trx('rooms').where({ id: 1 }).update({ n: 7 });
      expect(await patient('rooms').where({ id: 1 }).increment('n', 1)).toBe(1);
      expect(await patient('rooms').where({ id: 1 }).first()).toEqual({ id: 1, n: 1 });
      await expect(trx('rooms').where({ id: 1 }).first()).rejects.toThrow();
      await trx.rollback();
    } finally {
      await vanished.destroy();
      await patient.destroy();
    }
  });

  test('is not reused once the server ended it during a pause', async () => {
    const pool = connectDatabase({ url: db.url, poolSize: 1, idleSessionMs: 1_000 });
    try {
      await pool('rooms').first();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
      expect(await pool('rooms').where({ id: 1 }).first()).toEqual({ id: 1, n: 0 });
    } finally {
      await pool.destroy();
    }
  });
});

test('a BOOLEAN is read as one, whichever way it is asked for, and a number stays a number', async () => {
  await db.database.raw(
    'CREATE TABLE flags (id INT PRIMARY KEY, yes BOOLEAN, no BOOLEAN, unset BOOLEAN, small TINYINT(2))',
  );
  await db.database('flags').insert({ id: 1, yes: true, no: false, small: 1 });
  const row = { id: 1, yes: true, no: false, unset: false, small: 1 };
  expect(await db.database('flags')).toEqual([row]);
  expect(await selectPrepared(db.database, 'SELECT * FROM flags WHERE id = ?', [1])).toEqual([row]);
  const [changed, first, second] = await inHotTransaction(db.database, (trx) =>
    sendPacket(trx, [trx('flags').update({ small: 2 }), trx('flags'), trx('flags').select('yes')]),
  );
  expect(affectedBy(changed)).toBe(1);
  expect([first, second]).toEqual([[{ ...row, small: 2 }], [{ yes: true }]]);
});

test('an answer that came while the process stood still is read, not timed out', async () => {
  const pool = connectDatabase({ url: db.url, poolSize: 1, statementTimeoutMs: 2_500 });
  try {
    await pool('rooms').first();
    const sent = once(pool, 'query');
    const asked = Promise.resolve(pool('rooms').where({ id: 1 }).first());
    await sent;
    await turn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
    expect(await asked).toEqual({ id: 1, n: 0 });
  } finally {
    await pool.destroy();
  }
});

test('a connection that came while the process stood still is taken, not given up', async () => {
  const pool = connectDatabase({ url: db.url, poolSize: 1, statementTimeoutMs: 1_000 });
  try {
    const asked = Promise.resolve(pool('rooms').where({ id: 1 }).first());
    await turn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    expect(await asked).toEqual({ id: 1, n: 0 });
    // Where it did not, the limit holds: the one connection is taken.
    const taken = await pool.transaction();
    await expect(pool('rooms').first()).rejects.toThrow(/acquiring a connection/);
    await taken.rollback();
  } finally {
    await pool.destroy();
  }
});

test('share-locks free rows and leaves out rows locked by another transaction', async () => {
  const holder = await db.database.transaction();
  const reader = await db.database.transaction();
  try {
    await holder('rooms').where({ id: 1 }).forUpdate();
    const [rows] = (await reader.raw(`SELECT id FROM rooms WHERE id IN (1, 2) ${shareUnlocked}`)) as [
      unknown,
    ];
    expect(rows).toEqual([{ id: 2 }]);
    const [free] = (await holder.raw('SELECT id FROM rooms WHERE id = 2 FOR UPDATE SKIP LOCKED')) as [
      unknown,
    ];
    expect(free).toEqual([]);
  } finally {
    await holder.rollback();
    await reader.rollback();
  }
});
