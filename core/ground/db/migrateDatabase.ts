import { ConfigurationFault } from '../runtime/configuration.ts';
import type { Database } from './connect.ts';
import { guardDatabase } from './guards.ts';
import { isFolded, migrationSource } from './migrations/index.ts';

/** Names of locks are the server's, of at most 64 characters: installations that share one do not wait for another's. */
export const migrationLockSql = "CONCAT('star-graph:', SHA1(DATABASE()))";

/** The names of this release's migrations, in their order. */
const listMigrationNames = async (): Promise<string[]> =>
  (await migrationSource.getMigrations([])).map(({ name }) => name);

/** What a schema lacks that has had these migrations, and those of newer releases. */
export async function compareMigrations(
  done: readonly string[],
): Promise<{ pending: string[]; newer: string[] }> {
  const known = await listMigrationNames();
  return {
    pending: known.filter((name) => !done.includes(name)),
    newer: done.filter((name) => !known.includes(name) && !isFolded(name)),
  };
}

/** Of this release, those that the database has not had. @throws where there is no schema at all. */
export const listPendingMigrations = async (database: Database): Promise<string[]> =>
  (await compareMigrations(await database('knex_migrations').pluck('name'))).pending;

/**
 * For a process that is about to work. One that lacks only some waits for them, and tells so by its health: a release may
 * be started while its migration runs.
 * @throws NotMigrated where there is no schema at all.
 */
export async function requireSchema(database: Database): Promise<void> {
  if (!(await database.schema.hasTable('knex_migrations'))) throw new NotMigrated();
}

/** Whether they are some of those that `0079_schema.ts` stands for, and not all: it cannot add the others. */
export async function isBeforeSchema(done: readonly string[]): Promise<boolean> {
  const [schema = ''] = await listMigrationNames();
  return done.some(isFolded) && !done.includes(schema);
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
  source: typeof migrationSource,
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
    const done: string[] = (await database.schema.hasTable('knex_migrations'))
      ? await database('knex_migrations').pluck('name')
      : [];
    if (await isBeforeSchema(done)) throw new SchemaTooOld();
    const config = { migrationSource: withFolded(source, done) };
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

/** Knex refuses a database that has had a migration that it does not know. */
const withFolded = (source: typeof migrationSource, done: readonly string[]): typeof migrationSource => ({
  ...source,
  getMigrations: async (extensions) => [
    ...done.filter(isFolded).map((name) => ({ name, migration: { up: async () => undefined } })),
    ...(await source.getMigrations(extensions)),
  ],
});

/** Another process holds the lock for longer than a migration should take. */
export class MigrationBusy extends Error {
  constructor() {
    super(
      'Another process has been migrating the database for two minutes. Let it end, or end it, and try again.',
    );
  }
}

/** Nothing has made the tables yet. */
export class NotMigrated extends ConfigurationFault {
  override name = 'NotMigrated';
  constructor() {
    super(
      'The database that DATABASE_URL names has no tables yet. Make them with npm run migrate (npm run sg -- migrate, in containers the service migrate), then start this process again.',
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

/** From before the schema that this release begins with. */
export class SchemaTooOld extends Error {
  constructor() {
    super(
      'The database is of a version before 717ca64b, which this release cannot upgrade. Start that version once (git checkout 717ca64b), then this one.',
    );
  }
}
