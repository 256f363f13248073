import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseFixture } from '../../testing/fixture.ts';
import {
  again,
  connectDatabase,
  type Database,
  inHotTransaction,
  inTransaction,
  isDatabaseUnavailable,
  type Transaction,
} from './connect.ts';
import { sendPacket } from './packet.ts';

const db = databaseFixture();
let pool: Database;
beforeAll(async () => {
  await db.database.raw('CREATE TABLE rooms (id INT PRIMARY KEY, n INT NOT NULL)');
  await db.database('rooms').insert({ id: 1, n: 0 });
  pool = connectDatabase({ url: db.url, poolSize: 2 });
});
afterAll(async () => {
  await pool?.destroy();
});

/** As a server that became a replica answers a session: it reads, and writes nothing. */
const demote = (trx: Transaction | Database) => trx.raw('SET SESSION TRANSACTION READ ONLY');
const idOf = async (trx: Transaction): Promise<number> =>
  (await trx.raw('SELECT CONNECTION_ID() AS id'))[0][0].id;

/** The pool's two connections at once, each demoted. */
async function demoteBoth(): Promise<number[]> {
  const both = [await pool.transaction(), await pool.transaction()];
  const ids = await Promise.all(both.map(idOf));
  await Promise.all(both.map((trx) => trx.rollback()));
  const again = [await pool.transaction(), await pool.transaction()];
  await Promise.all(again.map(demote));
  await Promise.all(again.map((trx) => trx.rollback()));
  return ids;
}

describe('the refusal of a demoted primary', () => {
  const add = (trx: Transaction | Database) => trx('rooms').where({ id: 1 }).increment('n', 1);

  test.for([
    ['a statement', () => again(async () => add(pool))],
    ['a transaction', () => inTransaction(pool, async (trx) => add(trx))],
  ] as const)('ends the connection, and %s succeeds on a new one', async ([, write]) => {
    const { n } = await db.database('rooms').first();
    await demoteBoth();
    expect(await write()).toBe(1);
    expect(await db.database('rooms').first()).toEqual({ id: 1, n: n + 1 });
  });

  test('ends all connections that were open, which would read old rows', async () => {
    const old = await demoteBoth();
    await expect(add(pool)).rejects.toSatisfy(isDatabaseUnavailable);
    const both = [await pool.transaction(), await pool.transaction()];
    const ids = await Promise.all(both.map(idOf));
    await Promise.all(both.map((trx) => trx.rollback()));
    expect(ids.filter((id) => old.includes(id))).toEqual([]);
  });

  test('rolls back a packet of the hot path, which then succeeds', async () => {
    const { n } = await db.database('rooms').first();
    await inHotTransaction(pool, async (trx) => void (await demote(trx)));
    await inHotTransaction(pool, (trx) => sendPacket(trx, [add(trx), add(trx)], { commits: true }));
    expect(await db.database('rooms').first()).toEqual({ id: 1, n: n + 2 });
  });
});

test.for([
  [
    1290,
    'The MariaDB server is running with the --read-only option so it cannot execute this statement',
    true,
  ],
  [1290, 'The MySQL server is running with the --super-read-only option so it cannot execute', true],
  [1290, 'The MariaDB server is running with the --secure-file-priv option so it cannot', false],
  [1836, 'Running in read-only mode', true],
  [1047, 'WSREP has not yet prepared node for application use', true],
  [1062, 'Duplicate entry', false],
] as const)('error %i, %s: may pass is %s', ([errno, message, isPassing]) => {
  expect(isDatabaseUnavailable(Object.assign(new Error(message), { errno }))).toBe(isPassing);
});
