import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Connection, createConnection, format, type RowDataPacket } from 'mysql2/promise';
import { connectDatabase, type Database } from '../../ground/db/connect.ts';
import { migrateDatabase } from '../../ground/db/migrateDatabase.ts';

export interface TestDatabase extends AsyncDisposable {
  database: Database;
  /** For a process that opens its own pool. */
  url: string;
}

const requireEnv = (name: string): string => {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set: run the tests by npm test, or start npm run services first. Only tests named *.services.test.ts, *.browser.test.ts or *.ops.test.ts have it`,
    );
  return value;
};

/**
 * The statements that make a migrated database: a copy costs less than half of the migrations. A run of tests makes them
 * once and names their file (`prepareDatabase.ts`), so that no test of its processes waits for migrations.
 */
let template: Promise<string> | undefined;
const readTemplate = (): typeof template => {
  const { TEST_DATABASE_TEMPLATE: file } = process.env;
  return file === undefined ? undefined : readFile(file, 'utf8');
};

/** A migrated database of its own for one test file; dropped on disposal. */
export const createTestDatabase = (): Promise<TestDatabase> =>
  createDatabase(async (database, name) => {
    template ??= readTemplate();
    const made = template;
    if (made) return void (await fillDatabase(name, await made));
    await migrateDatabase(database);
    template = onServer((server) => describeDatabase(server, name));
    await template;
  });

/** A database that 717ca64b left: its administrator made two pictures, one credit each, of the hundred at the start. */
export const createOldDatabase = (): Promise<TestDatabase> =>
  createDatabase(async (_, name) => {
    const packed = await readFile(join(import.meta.dirname, '717ca64b.sql.gz'));
    await fillDatabase(name, gunzipSync(packed).toString());
  });

async function createDatabase(fill: (database: Database, name: string) => Promise<void>) {
  const url = new URL(requireEnv('TEST_DATABASE_URL'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer((server) => server.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`));
  url.pathname = `/${name}`;
  const database = connectDatabase({ url: url.href, poolSize: 8 });
  await fill(database, name);
  return {
    database,
    url: url.href,
    async [Symbol.asyncDispose]() {
      await database.destroy();
      await onServer((server) => server.query(`DROP DATABASE ${name}`));
    },
  };
}

const fillDatabase = (name: string, sql: string) => onServer((server) => server.query(`USE ${name}; ${sql}`));

/** Writes the statements that make a migrated database. */
export async function writeTemplate(file: string): Promise<void> {
  await using _ = await createTestDatabase();
  await writeFile(file, (await template) ?? '');
}

/** Does the work on a separate connection, where one query can contain several statements. */
async function onServer<Value>(work: (server: Connection) => Promise<Value>): Promise<Value> {
  const uri = requireEnv('TEST_DATABASE_URL');
  const server = await createConnection({ uri, multipleStatements: true, timezone: 'Z' });
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

/** @returns SQL that makes the tables of a database, their rows and their triggers in another one */
export async function describeDatabase(connection: Connection, name: string): Promise<string> {
  await connection.query('USE ??', [name]);
  const [tables] = await connection.query<RowDataPacket[]>('SHOW TABLES');
  const statements = ['SET foreign_key_checks = 0'];
  for (const table of tables.flatMap((row) => Object.values(row))) {
    const [[made]] = await connection.query<RowDataPacket[]>('SHOW CREATE TABLE ??', [table]);
    statements.push(made?.['Create Table']);
    const [rows] = await connection.query<RowDataPacket[]>('SELECT * FROM ??', [table]);
    if (rows.length > 0)
      statements.push(format('INSERT INTO ?? VALUES ?', [table, rows.map((row) => Object.values(row))]));
  }
  const [triggers] = await connection.query<RowDataPacket[]>('SHOW TRIGGERS');
  for (const { Trigger, Timing, Event, Table, Statement } of triggers)
    statements.push(`CREATE TRIGGER ${Trigger} ${Timing} ${Event} ON ${Table} FOR EACH ROW ${Statement}`);
  return [...statements, 'SET foreign_key_checks = 1'].join(';\n');
}

/** Redis for tests; every file takes a key prefix of its own. */
export const testRedisUrl = (): string => requireEnv('TEST_REDIS_URL');
