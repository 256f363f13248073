import { createConnection } from 'mysql2/promise';
import { expect, test } from 'vitest';
import {
  createOldDatabase,
  createTestDatabase,
  describeDatabase,
  type TestDatabase,
} from '../../testing/db/testDatabase.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { connectDatabase, inTransaction, isDuplicateEntry } from './connect.ts';
import { migrateDatabase } from './migrateDatabase.ts';
import * as beforeRelease from './migrations/0107_before_release.ts';

const db = databaseFixture();

test('five processes that start at once migrate an empty database once', async () => {
  const name = `${new URL(db.url).pathname.slice(1)}_twins`;
  await db.database.raw(`CREATE DATABASE ${name}`);
  const url = new URL(db.url);
  url.pathname = `/${name}`;
  const pools = Array.from({ length: 5 }, () => connectDatabase({ url: url.href, poolSize: 2 }));
  try {
    const runs = await Promise.all(pools.map((pool) => migrateDatabase(pool)));
    expect(runs.filter((names) => names.length > 0)).toHaveLength(1);
  } finally {
    await Promise.all(pools.map((pool) => pool.destroy()));
    await db.database.raw(`DROP DATABASE ${name}`);
  }
});

test('a lock left by a killed migration does not block the next', async () => {
  await db.database('knex_migrations_lock').update({ isLocked: 1 });
  await expect(migrateDatabase(db.database)).resolves.toEqual([]);
});

test('a migration that was cut off continues', async () => {
  const { database } = db;
  await database.raw('ALTER TABLE link_codes DROP KEY link_codes_maker, DROP COLUMN made_by');
  await database.raw('ALTER TABLE run_times DROP KEY run_times_age');
  await expect(beforeRelease.up(database)).resolves.toBeUndefined();
  expect(await database.schema.hasColumn('link_codes', 'made_by')).toBe(true);
  const [keys] = await database.raw("SHOW INDEX FROM run_times WHERE Key_name = 'run_times_age'");
  expect(keys).toHaveLength(1);
});

/** The tables and triggers, without what they count. */
async function describeSchema({ url }: TestDatabase): Promise<string[]> {
  const server = await createConnection({ uri: url });
  try {
    const statements = (await describeDatabase(server, new URL(url).pathname.slice(1))).split(';\n');
    return statements
      .filter((statement) => statement.startsWith('CREATE'))
      .map((statement) => statement.replace(/ AUTO_INCREMENT=\d+/, ''));
  } finally {
    await server.end();
  }
}

test('an upgraded installation has the schema of a fresh one', async () => {
  await using old = await createOldDatabase();
  await using fresh = await createTestDatabase();
  expect(await describeSchema(old)).not.toEqual(await describeSchema(fresh));
  await migrateDatabase(old.database);
  expect(await describeSchema(old)).toEqual(await describeSchema(fresh));
  expect(await migrateDatabase(old.database)).toEqual([]);
});

test('a database from before the oldest schema is refused and left as it is', async () => {
  await using older = await createOldDatabase();
  await older.database('knex_migrations').where({ name: '0079_audit_actions' }).delete();
  const before = await describeSchema(older);
  await expect(migrateDatabase(older.database)).rejects.toThrow('git checkout 717ca64b');
  expect(await describeSchema(older)).toEqual(before);
});

test('an address without a database is not a running migration', async () => {
  const url = Object.assign(new URL(db.url), { pathname: '/' });
  const pool = connectDatabase({ url: url.href, poolSize: 1 });
  try {
    await expect(migrateDatabase(pool)).rejects.toThrow('names no database');
  } finally {
    await pool.destroy();
  }
});

test('sessions run READ COMMITTED in UTC', async () => {
  // MariaDB before 11.1 calls it tx_isolation, MySQL 8 transaction_isolation.
  const [rows] = (await db.database.raw(
    `SHOW SESSION VARIABLES WHERE variable_name IN ('time_zone', 'tx_isolation', 'transaction_isolation')`,
  )) as [{ Variable_name: string; Value: string }[]];
  const values = new Map(rows.map((row) => [row.Variable_name, row.Value]));
  expect(values.get('time_zone')).toBe('+00:00');
  expect(values.get('transaction_isolation') ?? values.get('tx_isolation')).toBe('READ-COMMITTED');
});

test('a deadlocked transaction runs again, and a duplicate is told apart', async () => {
  const { database } = db;
  await database.raw('CREATE TABLE pairs (id INT PRIMARY KEY, n INT NOT NULL)');
  await database('pairs').insert([
    { id: 1, n: 0 },
    { id: 2, n: 0 },
  ]);
  let release = () => {};
  const bothHoldOne = new Promise<void>((resolve) => {
    let holding = 0;
    release = () => ++holding === 2 && resolve();
  });
  const move = (first: number, second: number) =>
    inTransaction(database, async (trx) => {
      await trx('pairs').where({ id: first }).increment('n', 1);
      release();
      await bothHoldOne;
      await trx('pairs').where({ id: second }).increment('n', 1);
    });
  await Promise.all([move(1, 2), move(2, 1)]);
  expect(await database('pairs').sum('n as total').first()).toEqual({ total: '4' });
  const error = await database('pairs')
    .insert({ id: 1, n: 9 })
    .catch((reason) => reason);
  expect(isDuplicateEntry(error)).toBe(true);
});
