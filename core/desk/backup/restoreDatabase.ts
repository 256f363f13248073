import { setTimeout } from 'node:timers/promises';
import { type Connection, format, type RowDataPacket } from 'mysql2';
import { connectDatabase } from '../../ground/db/connect.ts';
import { keptObjectsSetting } from '../../ground/db/keptObjects.ts';
import { finishRestoredSchema, migrateRestored } from '../../ground/db/migrateDatabase.ts';
import { BackupFault, type BackupHeader } from './format.ts';
import { connectForBackup, listTables, quote, type Row } from './snapshot.ts';

/*
 * A restore empties the database, makes the schema of the backup's time, inserts the rows, and then runs the newer
 * migrations. The table `restore_unfinished` is there from before the first change until after the checks. While it is,
 * no migration runs, so no platform starts on half of the data; a restore that died is begun again.
 */

/** The last of the waits, each twice the one before it: 3.1 seconds in all. */
const longestWaitMs = 1600;

export interface DatabaseRestore extends AsyncDisposable {
  insert(table: BackupHeader['tables'][number], rows: readonly Row[]): Promise<void>;
  /**
   * Brings the schema up to date and the rows to the present; see `forgetFuture`.
   * @param keptUntil no object is removed before.
   */
  finish(keptUntil: Date): Promise<void>;
}

/** @throws BackupFault where a platform still uses the database. */
export async function beginDatabaseRestore(
  url: string,
  header: BackupHeader,
  point: string | undefined,
): Promise<DatabaseRestore> {
  const connection = await connectForBackup(url);
  const sql = connection.promise();
  const migrating = connectDatabase({ url, poolSize: 2, statementTimeoutMs: 30 * 60_000 });
  const parts = new AsyncDisposableStack();
  parts.defer(() => migrating.destroy());
  parts.defer(() => connection.destroy());
  try {
    await sql.query("SET SESSION foreign_key_checks=0, sql_mode='STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO'");
    await markUnfinished(connection, point);
    await dropTables(connection);
    await migrateRestored(migrating, header.migrations);
    requireTables(header, await listTables(connection));
    // The migrations make rows of their own, which are in the backup as they became.
    for (const { name } of header.tables) await sql.query(`DELETE FROM ${quote([name])}`);
    const owned = parts.move();
    return {
      async insert({ name, columns }, rows) {
        if (rows.length === 0) return;
        await sql.query(format(`INSERT INTO ${quote([name])} (${quote(columns)}) VALUES ?`, [[...rows]]));
      },
      async finish(keptUntil) {
        await finishRestoredSchema(migrating);
        await forgetFuture(connection, keptUntil);
      },
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

/**
 * The server lists a connection for a moment after its client has closed it, so what was just stopped is given some
 * seconds to go.
 * @throws BackupFault naming who uses it.
 */
export async function refuseInUse(url: string): Promise<void> {
  const connection = await connectForBackup(url);
  try {
    for (let waitMs = 100; ; waitMs *= 2) {
      const { connections, dispatchers } = await countUsers(connection);
      if (connections + dispatchers === 0) return;
      // A dispatcher's lease lasts half a minute after its end: that is not waited for.
      if (dispatchers > 0 || waitMs > longestWaitMs)
        throw new BackupFault(
          `A platform uses the database. Connections: ${connections}, dispatchers: ${dispatchers}. Stop every API, dispatcher and launcher, wait half a minute, and try again.`,
        );
      await setTimeout(waitMs);
    }
  } finally {
    connection.destroy();
  }
}

async function countUsers(connection: Connection): Promise<{ connections: number; dispatchers: number }> {
  const sql = connection.promise();
  const [[own]] = await sql.query<RowDataPacket[]>('SELECT CONNECTION_ID() AS id, DATABASE() AS name');
  const [sessions] = await sql.query<RowDataPacket[]>('SHOW PROCESSLIST');
  const self = sessions.find(({ Id }) => Number(Id) === Number(own?.id));
  const others = sessions.filter(
    ({ Id, User, db }) => Number(Id) !== Number(own?.id) && User === self?.User && db === own?.name,
  );
  const [tables] = await sql.query<RowDataPacket[]>("SHOW TABLES LIKE 'dispatchers'");
  const [dispatchers] =
    tables.length === 0
      ? [[]]
      : await sql.query<RowDataPacket[]>('SELECT id FROM dispatchers WHERE lease_until > NOW(3)');
  return { connections: others.length, dispatchers: dispatchers.length };
}

/** The restore point of a restore that was begun and not finished; null: it had none. Undefined: there is no such. */
export async function findUnfinished(url: string): Promise<string | null | undefined> {
  const connection = await connectForBackup(url);
  try {
    const sql = connection.promise();
    const [tables] = await sql.query<RowDataPacket[]>("SHOW TABLES LIKE 'restore\\_unfinished'");
    if (tables.length === 0) return undefined;
    const [[row]] = await sql.query<RowDataPacket[]>('SELECT point FROM restore_unfinished');
    return row?.point ?? null;
  } finally {
    connection.destroy();
  }
}

/** The platform may start. */
export async function markFinished(url: string): Promise<void> {
  const connection = await connectForBackup(url);
  try {
    await connection.promise().query('DROP TABLE IF EXISTS restore_unfinished');
  } finally {
    connection.destroy();
  }
}

async function markUnfinished(connection: Connection, point: string | undefined): Promise<void> {
  const sql = connection.promise();
  await sql.query(
    'CREATE TABLE IF NOT EXISTS restore_unfinished (id TINYINT NOT NULL PRIMARY KEY, point VARCHAR(500) NULL)',
  );
  await sql.query('INSERT IGNORE INTO restore_unfinished (id, point) VALUES (1, ?)', [point ?? null]);
}

async function dropTables(connection: Connection): Promise<void> {
  const sql = connection.promise();
  const [rows] = await sql.query<RowDataPacket[]>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name <> 'restore_unfinished'`,
  );
  for (const { name } of rows) await sql.query(`DROP TABLE ${quote([name])}`);
}

/** The names go into statements, so they must be the schema's own. */
function requireTables({ tables }: BackupHeader, made: BackupHeader['tables']): void {
  const sortedOf = (list: BackupHeader['tables']) =>
    JSON.stringify(
      list
        .map(({ name, columns }) => [name, columns.toSorted()] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  if (sortedOf(tables) !== sortedOf(made))
    throw new BackupFault('The tables of the backup are not those of its migrations.');
}

/** More than any fence or event can have grown since the backup. */
const leap = 1_000_000;

/**
 * Rows that told of processes, and numbers that the lost time has used:
 * - fences leap, so that an owner of the lost time that comes back writes nothing;
 * - the ids of events leap, so that receivers who know an id do not take another event for it;
 * - the run that wrote the backup has ended, and nobody waits for another;
 * - sessions end: one that was ended since would live again, and tokens that were renewed since are unknown anyway;
 * - objects stay for a while also where no row names them, so that the restore point can be taken back to.
 */
async function forgetFuture(connection: Connection, keptUntil: Date): Promise<void> {
  const sql = connection.promise();
  await sql.query('START TRANSACTION');
  await sql.query('DELETE FROM dispatchers');
  await sql.query('UPDATE backends SET owner = NULL, lease_until = NULL, epoch = epoch + ?', [leap]);
  await sql.query('UPDATE leader SET owner = NULL, lease_until = NULL, epoch = epoch + ?', [leap]);
  await sql.query('UPDATE sessions SET revoked_at = UTC_TIMESTAMP(3) WHERE revoked_at IS NULL');
  await sql.query(
    'UPDATE backup_run SET asked_at = NULL, begun_at = NULL, told_at = NULL, ended_at = NULL, fault = NULL',
  );
  await sql.query('DELETE FROM link_codes');
  await sql.query(
    `INSERT INTO settings (name, value, updated_at) VALUES (?, ?, UTC_TIMESTAMP(3))
     ON DUPLICATE KEY UPDATE value = VALUES(value), updated_at = VALUES(updated_at)`,
    [keptObjectsSetting, JSON.stringify({ until: keptUntil.toISOString() })],
  );
  await sql.query('COMMIT');
  const [[last]] = await sql.query<RowDataPacket[]>('SELECT COALESCE(MAX(id), 0) AS id FROM outbox');
  await sql.query(`ALTER TABLE outbox AUTO_INCREMENT = ${Number(last?.id ?? 0) + leap}`);
}
