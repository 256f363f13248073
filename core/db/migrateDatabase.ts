import type { Database } from './connect.ts';
import { migrationSource } from './migrations/index.ts';

/** Names of locks are the server's, of at most 64 characters: installations that share one do not wait for another's. */
export const migrationLockSql = "CONCAT('star-graph:', SHA1(DATABASE()))";

/**
 * Brings the schema up to date. Several processes may start at once: an advisory lock lets one migrate while the
 * others wait. It belongs to a connection, so a process that dies in mid-migration frees it; knex's own lock table
 * would stay locked for good, which is why it is freed under ours.
 * @returns the names of the migrations that were run.
 */
export async function migrateDatabase(database: Database, speakEveryMs = 3_000): Promise<string[]> {
  const connection = await database.client.acquireConnection();
  // The lock ends with its session, and the server ends a silent session. A fault shows at the release.
  const speaking = setInterval(() => connection.query('DO 0', () => undefined), speakEveryMs);
  try {
    const [[row]] = (await connection
      .promise()
      .query(`SELECT GET_LOCK(${migrationLockSql}, 120) AS locked`)) as [[{ locked: number | null }]];
    if (row.locked === null) throw new Error('there is no lock to take: the address names no database');
    if (row.locked !== 1) throw new MigrationBusy();
    const config = { migrationSource };
    await database.migrate.forceFreeMigrationsLock(config);
    const [, names] = (await database.migrate.latest(config)) as [number, string[]];
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
