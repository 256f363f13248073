import type { Database } from '../../ground/db/connect.ts';
import { describeDatabaseFault } from '../../ground/db/databaseFault.ts';
import { readDatabaseTime } from '../../ground/db/databaseTime.ts';
import { listGoneDefiners, listUnguarded } from '../../ground/db/guards.ts';
import { compareMigrations, migrationLockSql } from '../../ground/db/migrateDatabase.ts';
import { listUnchecked } from '../../ground/db/stateChecks.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { describeOffset, judgeOffset } from './clockOffset.ts';
import { judgeVariables } from './databaseVariables.ts';
import { type Finding, finding } from './findings.ts';
import type { Check, CheckResult } from './runChecks.ts';

interface DatabaseCheckDeps {
  clock: Clock;
  database: Database;
  url: string;
  /** Connections of one process; each has as many again for the moves of tasks. */
  poolSize: number;
}

export const databaseCheck = (deps: DatabaseCheckDeps): Check => ({
  name: 'database',
  limitMs: 15_000,
  async run() {
    try {
      return await look(deps);
    } catch (error) {
      const sentence = describeDatabaseFault(error, deps.url);
      if (sentence === undefined) throw error;
      const [what = '', ...wayOut] = sentence.split(/(?<=\.) /);
      return { summary: '', findings: [finding('database-unreachable', what, wayOut.join(' '))] };
    }
  },
});

async function look({ clock, database, poolSize }: DatabaseCheckDeps): Promise<CheckResult> {
  const variables = await readVariables(database);
  const { offsetMs } = await readDatabaseTime({ clock, database });
  const [[{ used }]] = (await database.raw(
    'SELECT COUNT(*) AS used FROM information_schema.processlist',
  )) as [[{ used: number }]];
  const found = [
    ...judgeVariables(variables, { poolSize, usedConnections: used }),
    ...judgeOffset('the database', offsetMs),
    ...(await findWrongTables(database)),
    ...(await findMigrations(database)),
    ...(await findUnguarded(database)),
    ...(await findGoneDefiners(database)),
    ...(await findUnchecked(database)),
    ...(await findSetAside(database)),
  ];
  const product = /mariadb/i.test(variables.version ?? '') ? 'MariaDB' : 'MySQL';
  return {
    summary: `${product} ${/^[\d.]+/.exec(variables.version ?? '')?.[0]}, ${describeOffset(offsetMs)}`,
    findings: found,
  };
}

async function readVariables(database: Database): Promise<Record<string, string>> {
  const [rows] = (await database.raw('SHOW GLOBAL VARIABLES')) as [object[]];
  // Name and value; the driver's names of these two columns differ between servers.
  return Object.fromEntries(rows.map((row) => Object.values(row)));
}

interface TableRow {
  name: string;
  engine: string;
  collation: string;
}

async function findWrongTables(database: Database): Promise<Finding[]> {
  const [tables] = (await database.raw(
    `SELECT table_name AS name, engine AS engine, table_collation AS collation FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'`,
  )) as [TableRow[]];
  const [foreign, narrow] = [
    tables.filter(({ engine }) => engine !== 'InnoDB'),
    tables.filter(({ collation }) => !/^(utf8mb4|ascii)/.test(collation)),
  ].map((wrong) => wrong.map(({ name }) => name));
  const found: Finding[] = [];
  if (foreign && foreign.length > 0)
    found.push(
      finding(
        'database-engine',
        `These tables are not InnoDB, so no transaction holds in them: ${foreign.join(', ')}.`,
        'Stop the platform and run ALTER TABLE … ENGINE=InnoDB for each of them.',
      ),
    );
  if (narrow && narrow.length > 0)
    found.push(
      finding(
        'database-charset',
        `These tables cannot hold every character: ${narrow.join(', ')}.`,
        'Stop the platform and run ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 for each of them.',
      ),
    );
  return found;
}

async function findUnguarded(database: Database): Promise<Finding[]> {
  if (!(await database.schema.hasTable('knex_migrations'))) return [];
  const tables = await listUnguarded(database);
  if (tables.length === 0) return [];
  return [
    finding(
      'database-unguarded',
      `The database itself does not refuse what must never be written to ${tables.join(', ')}, or its user may not see that.`,
      `Give the user of DATABASE_URL the right TRIGGER; where the server writes a binary log, SET GLOBAL log_bin_trust_function_creators = 1. ${migrate}`,
    ),
  ];
}

const findGoneDefiners = async (database: Database): Promise<Finding[]> =>
  (await listGoneDefiners(database)).map(({ definer, tables }) =>
    finding(
      'database-definer',
      `Triggers run as ${definer}, which does not exist, or which this user may not look up. Without it the server refuses every write to ${tables.join(', ')} (error 1449).`,
      `${migrate} It makes the platform's triggers anew under the user of DATABASE_URL; make others anew by hand.`,
    ),
  );

/** While migrations are pending, they may still add them. */
async function findUnchecked(database: Database): Promise<Finding[]> {
  if ((await findMigrations(database)).length > 0) return [];
  const statements = await listUnchecked(database);
  if (statements.length === 0) return [];
  return [
    finding(
      'database-unchecked',
      'The database takes states that no release knows: these tables were too large to be copied during a migration.',
      `Run in a quiet hour: ${statements.join('; ')}.`,
    ),
  ];
}

async function findSetAside(database: Database): Promise<Finding[]> {
  if (!(await database.schema.hasTable('webhook_events'))) return [];
  const ids: number[] = await database('webhook_events')
    .whereNotNull('failedAt')
    .orderBy('outboxId')
    .limit(10)
    .pluck('outboxId');
  if (ids.length === 0) return [];
  return [
    finding(
      'webhook-events',
      `No webhook was told of these events, which failed eight times: ${ids.join(', ')}.`,
      'The log of the API says why. UPDATE webhook_events SET failed_at = NULL, tries = 0 tries them again.',
    ),
  ];
}

const migrate = 'Run DATABASE_URL=… node core/ground/db/main.ts of this release.';

async function findMigrations(database: Database): Promise<Finding[]> {
  if (await database.schema.hasTable('restore_unfinished'))
    return [
      finding(
        'restore-unfinished',
        'A restore of this database was begun and has not ended well.',
        'Run npm run restore again, with the backup or with the restore point that it named.',
      ),
    ];
  const isEmpty = !(await database.schema.hasTable('knex_migrations'));
  const done: string[] = isEmpty ? [] : await database('knex_migrations').pluck('name');
  const { pending, newer } = await compareMigrations(done);
  const found: Finding[] = [];
  if (pending.length > 0)
    found.push(
      finding(
        'migrations-pending',
        `The database lacks ${pending.length} migrations of this release.`,
        migrate,
      ),
    );
  if (newer.length > 0)
    found.push(
      finding(
        'migrations-newer',
        `The database has had migrations of a newer release: ${newer.join(', ')}.`,
        'Nothing, if an upgrade is under way or was taken back; otherwise run the doctor of the newer release.',
      ),
    );
  if (!isEmpty && (await isInterrupted(database)))
    found.push(
      finding(
        'migration-interrupted',
        'A migration was begun and its process has ended in the middle.',
        migrate,
      ),
    );
  return found;
}

/** Its own mark is there, and nobody holds our lock. */
async function isInterrupted(database: Database): Promise<boolean> {
  if (!(await database.schema.hasTable('knex_migrations_lock'))) return false;
  const lock = await database('knex_migrations_lock').first('is_locked');
  if (Number(lock?.isLocked) !== 1) return false;
  const [[row]] = (await database.raw(`SELECT IS_FREE_LOCK(${migrationLockSql}) AS free`)) as [
    [{ free: number }],
  ];
  return row.free === 1;
}
