import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import { migrationLockSql } from '@star-graph/core/ground/db/migrateDatabase';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { ensureAdministrator } from '@star-graph/core/people/identity/accounts/accounts';
import { eventually } from '@star-graph/core/testing/eventually';
import { fixedSettings } from '@star-graph/core/testing/fixedSettings';
import { databaseFixture } from '@star-graph/core/testing/fixture';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runMigrations } from './runMigrations.ts';

const root = resolve(import.meta.dirname, '../../..');

const server = databaseFixture();
let name: string;
let url: string;
let empty: Database;

beforeEach(async () => {
  name = `test_${randomBytes(6).toString('hex')}`;
  await server.database.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  empty = connectDatabase({ url, poolSize: 4 });
});
afterEach(async () => {
  await empty.destroy();
  await server.database.raw(`DROP DATABASE ${name}`);
});

interface Migration {
  child: ChildProcess;
  /** Its output and its end. */
  ended: Promise<{ code: number | null; said: string }>;
}

function startMigration(): Migration {
  const env = { PATH: process.env.PATH ?? '', DATABASE_URL: url };
  const child = spawn(process.execPath, ['core/ground/db/main.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout)]).then(([[code], said]) => ({
    code,
    said: said.trim(),
  }));
  return { child, ended };
}

/** Holds the migrations' lock while `work` runs: other starts wait for it. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  await empty.transaction(async (trx) => {
    const [[row]] = await trx.raw(`SELECT GET_LOCK(${migrationLockSql}, 1) AS locked`);
    expect(row.locked).toBe(1);
    try {
      await work();
    } finally {
      await trx.raw(`SELECT RELEASE_LOCK(${migrationLockSql})`);
    }
  });
}

/** Resolves when so many programs wait for the lock of migrations of this database. */
const waiting = (count: number) =>
  eventually(async () => {
    const [rows] = await empty.raw(
      `SELECT id FROM information_schema.processlist WHERE db = ? AND info LIKE 'SELECT GET_LOCK%'`,
      [name],
    );
    expect(rows).toHaveLength(count);
  });

const migrated = (): Promise<string[]> => empty('knex_migrations').orderBy('id').pluck('name');

test('simultaneous migrations of an empty database happen once', async () => {
  const programs: Migration[] = [];
  await whileLocked(async () => {
    for (let index = 0; index < 4; index++) programs.push(startMigration());
    await waiting(4);
  });
  const ends = await Promise.all(programs.map(({ ended }) => ended));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const names = await migrated();
  expect(ends.map(({ said }) => said).toSorted()).toEqual([
    `Migrated: ${names.join(', ')}`,
    ...Array.from({ length: 3 }, () => 'The database is up to date.'),
  ]);
  expect(new Set(names).size).toBe(names.length);
});

test('a waiting migration that is killed stops no other', async () => {
  const programs: Migration[] = [];
  await whileLocked(async () => {
    for (let index = 0; index < 3; index++) programs.push(startMigration());
    await waiting(3);
    programs[0]?.child.kill('SIGKILL');
    await programs[0]?.ended;
  });
  const ends = await Promise.all(programs.slice(1).map(({ ended }) => ended));
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect(await startMigration().ended).toEqual({ code: 0, said: 'The database is up to date.' });
});

test('APIs that start together make one administrator', async () => {
  await startMigration().ended;
  const deps = { database: empty, clock: systemClock, settings: fixedSettings() };
  const administrator = { username: 'admin', password: 'correct horse battery' };
  await Promise.all(Array.from({ length: 4 }, () => ensureAdministrator(deps, administrator)));
  expect(await empty('users').pluck('role')).toEqual(['admin']);
  expect(await empty('balances')).toMatchObject([{ available: 10_000 }]);
});

test('a missing database is one sentence, not a stack', async () => {
  const away = Object.assign(new URL(url), { hostname: 'database.invalid' }).href;
  const env = { PATH: process.env.PATH ?? '', DATABASE_URL: away };
  const { signal } = new AbortController();
  const failure = await runMigrations({ root, env, stopped: signal }).catch((error: Error) => error.message);
  expect(failure).toBe(
    'The database could not be brought up to date.\nDATABASE_URL: there is no machine named database.invalid. Correct the name.',
  );
});
