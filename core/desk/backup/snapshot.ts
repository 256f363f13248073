import { type Connection, createConnection, type RowDataPacket } from 'mysql2';
import { BackupFault, type BackupHeader } from './format.ts';

/*
 * A backup reads the rows by SELECT, in one transaction that sees one moment. It needs no dump program and no right
 * beyond SELECT, on MariaDB as on MySQL 8. It holds no writer up: InnoDB keeps old versions of changed rows meanwhile.
 */

export type Row = (string | null)[];

export interface DatabaseSnapshot extends Disposable {
  header: Pick<BackupHeader, 'migrations' | 'tables'>;
  listRows(table: string): AsyncIterable<Row>;
  /** Of all assets that are not deleted, with repetitions where an object has two kinds of name. */
  listObjectKeys(): AsyncIterable<string>;
}

/** Of knex, of a restore under way, and what is made anew of the prompts: no data. */
const otherTables = ['knex_migrations', 'knex_migrations_lock', 'restore_unfinished', 'prompt_filters'];

/** The server ends a session whose other end is silent or slow, and a disk may be slow for a while. */
const sessionSql = `SET SESSION time_zone='+00:00', wait_timeout=86400, net_write_timeout=3600, net_read_timeout=3600
  /*M! , idle_transaction_timeout=0, max_statement_time=0 */`;

export function connectForBackup(url: string): Promise<Connection> {
  const connection = createConnection({
    uri: url,
    timezone: 'Z',
    charset: 'utf8mb4',
    connectTimeout: 10_000,
    enableKeepAlive: true,
  });
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error) reject(error);
      else connection.query(sessionSql, (fault) => (fault ? reject(fault) : resolve(connection)));
    });
  });
}

/** @throws BackupFault for a database without the platform's tables. */
export async function openSnapshot(url: string): Promise<DatabaseSnapshot> {
  const connection = await connectForBackup(url);
  try {
    const sql = connection.promise();
    await sql.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await sql.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const tables = await listTables(connection);
    const primaryKeys = await listPrimaryKeys(connection);
    return {
      header: { tables, migrations: await listMigrations(connection) },
      listRows(name) {
        const columns = tables.find((table) => table.name === name)?.columns ?? [];
        const order = primaryKeys.get(name) ?? [];
        const end = order.length === 0 ? '' : ` ORDER BY ${quote(order)}`;
        return streamRows(connection, `SELECT ${quote(columns)} FROM ${quote([name])}${end}`);
      },
      async *listObjectKeys() {
        for (const column of ['storage_key', 'thumbnail_key']) {
          const from = `FROM assets WHERE deleted_at IS NULL AND ${column} IS NOT NULL`;
          for await (const [key] of streamRows(connection, `SELECT DISTINCT ${column} ${from}`))
            if (typeof key === 'string') yield key;
        }
      },
      [Symbol.dispose]: () => connection.destroy(),
    };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

export const quote = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** The tables with data and their columns, without those that the server computes. */
export async function listTables(connection: Connection): Promise<BackupHeader['tables']> {
  const [rows] = await connection.promise().query<RowDataPacket[]>(
    `SELECT c.table_name AS tableName, c.column_name AS columnName, c.data_type AS dataType
     FROM information_schema.columns c
     JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
     WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND c.table_name NOT IN (?)
       AND c.extra NOT LIKE '%GENERATED%'
     ORDER BY c.table_name, c.ordinal_position`,
    [otherTables],
  );
  const columns = new Map<string, string[]>();
  for (const { tableName, columnName, dataType } of rows) {
    if (/blob|binary|bit/.test(dataType)) throw new Error(`${tableName}.${columnName} holds bytes, not text`);
    columns.set(tableName, [...(columns.get(tableName) ?? []), columnName]);
  }
  return [...columns].map(([name, names]) => ({ name, columns: names }));
}

async function listPrimaryKeys(connection: Connection): Promise<Map<string, string[]>> {
  const [rows] = await connection.promise().query<RowDataPacket[]>(
    `SELECT table_name AS tableName, column_name AS columnName FROM information_schema.key_column_usage
     WHERE table_schema = DATABASE() AND constraint_name = 'PRIMARY' ORDER BY table_name, ordinal_position`,
  );
  const keys = new Map<string, string[]>();
  for (const { tableName, columnName } of rows)
    keys.set(tableName, [...(keys.get(tableName) ?? []), columnName]);
  return keys;
}

/** In the order in which they were run; none for a database that was never migrated. */
async function listMigrations(connection: Connection): Promise<string[]> {
  const sql = connection.promise();
  const [tables] = await sql.query<RowDataPacket[]>("SHOW TABLES LIKE 'knex\\_migrations'");
  if (tables.length === 0)
    throw new BackupFault('The database has no tables of Star-Graph, so there is nothing to back up.');
  const [rows] = await sql.query<RowDataPacket[]>('SELECT name FROM knex_migrations ORDER BY id');
  return rows.map(({ name }) => String(name));
}

/** Row by row, no faster than they are taken. Every value as its text: dates, decimals and JSON stay as they are. */
function streamRows(connection: Connection, sql: string): AsyncIterable<Row> {
  const typeCast = (field: { string(encoding?: string): string | null }) => field.string('utf8');
  return connection.query({ sql, rowsAsArray: true, typeCast }).stream({ highWaterMark: 200 });
}
