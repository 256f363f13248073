import { expect, test } from 'vitest';
import { connectDatabase } from '../../ground/db/connect.ts';
import { dropGuards, guardDatabase } from '../../ground/db/guards.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createTestDatabase } from '../../testing/db/testDatabase.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { databaseCheck } from './database.ts';
import { judgeVariables } from './databaseVariables.ts';

const db = databaseFixture();

const examine = async (change: Partial<Parameters<typeof databaseCheck>[0]> = {}) => {
  const check = databaseCheck({
    clock: systemClock,
    database: db.database,
    url: db.url,
    poolSize: 8,
    ...change,
  });
  const { summary, findings } = await check.run(new AbortController().signal);
  return { summary, findings, codes: findings.map(({ code }) => code) };
};

test('a migrated database on time has only the faults of its server', async () => {
  const { summary, codes } = await examine();
  expect(summary).toMatch(/^(MariaDB|MySQL) \d+\.\d+.*, clock [+−]\d/);
  // The tests' server waits for no disk; the doctor's own tests have a server that does.
  expect(codes).toEqual(['database-not-durable']);
});

test('a clock of the database that is off by a minute is found', async () => {
  const clock = { ...systemClock, now: () => new Date(Date.now() - 60_000) };
  const { findings } = await examine({ clock });
  expect(findings.find(({ code }) => code === 'clock-off')?.what).toMatch(
    /^The clock of the database is \d+ seconds ahead/,
  );
});

test('migrations that are pending, newer or interrupted are found', async () => {
  await using other = await createTestDatabase();
  const { database } = other;
  const last = await database('knex_migrations').orderBy('id', 'desc').first();
  await database('knex_migrations').where({ id: last.id }).update({ name: '9999_newer' });
  await database('knex_migrations_lock').update({ is_locked: 1 });
  expect((await examine({ database })).codes).toEqual(
    expect.arrayContaining(['migrations-pending', 'migrations-newer', 'migration-interrupted']),
  );
  await database.schema.createTable('restore_unfinished', (table) => table.integer('id'));
  expect((await examine({ database })).codes).toContain('restore-unfinished');
});

test('a database that does not guard its books is found', async () => {
  await using other = await createTestDatabase();
  await dropGuards(other.database);
  const { findings } = await examine({ database: other.database });
  const found = findings.find(({ code }) => code === 'database-unguarded');
  expect(found?.what).toContain('tasks, transfers, ledger_entries');
});

test('triggers of a user that is gone are found, until a run under another user', async () => {
  await using other = await createTestDatabase();
  const { database } = other;
  const user = `'definer_${newId().slice(-8)}'@'%'`;
  const definer = user.replaceAll("'", '');
  const found = async () =>
    (await examine({ database })).findings.filter(({ code }) => code === 'database-definer');
  await dropGuards(database);
  await database.raw(`CREATE USER ${user}`);
  try {
    for (const table of ['tasks', 'transfers'])
      await database.raw(
        `CREATE DEFINER = ${user} TRIGGER guard_${table}_old BEFORE UPDATE ON ${table} FOR EACH ROW SET @old = 1`,
      );
    expect(await found()).toEqual([]);
  } finally {
    await database.raw(`DROP USER ${user}`);
  }
  const [finding, ...others] = await found();
  expect(others).toEqual([]);
  expect(finding?.what).toContain(`Triggers run as ${definer}`);
  expect(finding?.what).toContain('every write to tasks, transfers (error 1449)');
  await guardDatabase(database);
  expect(await found()).toEqual([]);
});

test('states that are not checked are told with the statements that check them', async () => {
  await using other = await createTestDatabase();
  const { database } = other;
  await database.raw('ALTER TABLE attempts DROP CONSTRAINT attempts_state_known');
  const { findings } = await examine({ database });
  const found = findings.find(({ code }) => code === 'database-unchecked');
  const [, statement = ''] = /: (ALTER TABLE [^;]+)\.$/.exec(found?.wayOut ?? '') ?? [];
  expect(statement).toContain("CHECK (state IN ('assigned', 'posted', 'running', 'ended'))");
  await database.raw(statement);
  expect((await examine({ database })).codes).not.toContain('database-unchecked');
});

test('tables without transactions or without every character are found', async () => {
  await using other = await createTestDatabase();
  await other.database.raw('CREATE TABLE odd (a INT) ENGINE = MyISAM CHARACTER SET latin1');
  const { codes } = await examine({ database: other.database });
  expect(codes).toEqual(expect.arrayContaining(['database-engine', 'database-charset']));
});

test('a database that is away is told with the way out', async () => {
  const url = 'mysql://star:wrong@127.0.0.1:1/star_graph';
  const database = connectDatabase({ url, poolSize: 1 });
  const { findings } = await examine({ database, url });
  await database.destroy();
  expect(findings).toMatchObject([
    { code: 'database-unreachable', what: 'DATABASE_URL: nothing listens at 127.0.0.1:1.' },
  ]);
  expect(JSON.stringify(findings)).not.toContain('wrong');
});

const sound = {
  version: '11.8.6-MariaDB',
  innodb_flush_log_at_trx_commit: '1',
  read_only: 'OFF',
  log_bin: 'ON',
  sync_binlog: '1',
  sql_mode: 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',
  max_connections: '151',
  max_allowed_packet: '67108864',
};
const use = { poolSize: 8, usedConnections: 10 };

test.each([
  ['database-old', { version: '10.6.22-MariaDB' }],
  ['database-old', { version: '8.0.15' }],
  ['database-untried', { version: '8.4.6' }],
  ['database-read-only', { read_only: 'ON' }],
  ['database-read-only', { super_read_only: 'ON' }],
  ['database-not-durable', { innodb_flush_log_at_trx_commit: '2' }],
  ['database-binlog-not-durable', { sync_binlog: '0' }],
  ['database-not-strict', { sql_mode: 'NO_ENGINE_SUBSTITUTION' }],
  ['database-connections', { max_connections: '50' }],
  ['database-packet', { max_allowed_packet: '1048576' }],
])('%s is found where the server says %o', (code, change) => {
  expect(judgeVariables(sound, use)).toEqual([]);
  expect(judgeVariables({ ...sound, ...change }, use).map((one) => one.code)).toEqual([code]);
});

test('a server whose connections are almost used up is found', () => {
  const found = judgeVariables(sound, { ...use, usedConnections: 150 });
  expect(found.map(({ code }) => code)).toEqual(['database-connections']);
});
