import type { Knex } from 'knex';
import type { Database } from './connect.ts';
import { guardDatabase } from './guards.ts';
import { migrationSource } from './migrations/index.ts';

/** Names of locks are the server's, of at most 64 characters: installations that share one do not wait for another's. */
export const migrationLockSql = "CONCAT('star-graph:', SHA1(DATABASE()))";

/** Of all releases up to this one, in their order. */
export const listMigrationNames = async (): Promise<string[]> =>
  (await migrationSource.getMigrations([])).map(({ name }) => name);

/** Of this release, those that the database has not had. @throws where there is no schema at all. */
export async function listPendingMigrations(database: Database): Promise<string[]> {
  const done = new Set<string>(await database('knex_migrations').pluck('name'));
  return (await listMigrationNames()).filter((name) => !done.has(name));
}

/** Only those that a backup names, on an empty database. */
export const migrateRestored = (database: Database, names: readonly string[]): Promise<string[]> =>
  migrate(database, {
    ...migrationSource,
    getMigrations: async (extensions) =>
      (await migrationSource.getMigrations(extensions)).filter(({ name }) => names.includes(name)),
  });

/** The newer ones, after a restore has inserted the rows. */
export const finishRestoredSchema = (database: Database): Promise<string[]> =>
  migrate(database, migrationSource);

/**
 * @returns the names of the migrations that were run.
 * @throws RestoreUnfinished where a restore was begun and has not ended well.
 */
export async function migrateDatabase(database: Database, speakEveryMs?: number): Promise<string[]> {
  if (await database.schema.hasTable('restore_unfinished')) throw new RestoreUnfinished();
  return migrate(database, migrationSource, { speakEveryMs, guards: true });
}

/**
 * Brings the schema up to date. Several processes may start at once: an advisory lock lets one migrate while the
 * others wait. It belongs to a connection, so a process that dies in mid-migration frees it; knex's own lock table
 * would stay locked for good, which is why it is freed under ours.
 */
async function migrate(
  database: Database,
  source: Knex.MigrationSource<unknown>,
  { speakEveryMs = 3_000, guards = false }: { speakEveryMs?: number | undefined; guards?: boolean } = {},
): Promise<string[]> {
  const connection = await database.client.acquireConnection();
  // The lock ends with its session, and the server ends a silent session. A fault shows at the release.
  const speaking = setInterval(() => connection.query('DO 0', () => undefined), speakEveryMs);
  try {
    const [[row]] = (await connection
      .promise()
      .query(`SELECT GET_LOCK(${migrationLockSql}, 120) AS locked`)) as [[{ locked: number | null }]];
    if (row.locked === null) throw new Error('there is no lock to take: the address names no database');
    if (row.locked !== 1) throw new MigrationBusy();
    const config = { migrationSource: source };
    await database.migrate.forceFreeMigrationsLock(config);
    const [, names] = (await database.migrate.latest(config)) as [number, string[]];
    // A restore empties tables after its migrations; the next start guards them.
    if (guards) await guardDatabase(database);
    await connection.promise().query(`SELECT RELEASE_LOCK(${migrationLockSql})`);
    return names;
  } finally {
    clearInterval(speaking);
    await database.client.releaseConnection(connection);
  }
}

/** Another process holds the lock for longer than a migration should take. */
export class MigrationBusy extends Error {
  constructor() {
    super(
      'Another process has been migrating the database for two minutes. Let it end, or end it, and try again.',
    );
  }
}

/** Half of a backup is no data to start on. */
export class RestoreUnfinished extends Error {
  constructor() {
    super(
      'A restore of this database was begun and has not ended well. Run npm run restore again, with the backup or with the restore point that it named.',
    );
  }
}
