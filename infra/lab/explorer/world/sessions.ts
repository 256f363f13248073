import { createRequire } from 'node:module';
import { readWaitingThreads } from '@star-graph/core/testing/db/waitingThreads';
import { beginMs } from './world.ts';

export type Done = (error: Error | null, rows?: unknown, fields?: unknown) => void;

/** Of the driver, what is used here. */
export interface Connection {
  query(sql: unknown, values: unknown, done: Done): void;
  execute(sql: string, values: unknown, done: Done): void;
  destroy(): void;
}

export interface ServerAddress {
  socketPath: string;
  user: string;
  password: string;
  database: string;
}

/** A real connection. */
export interface Session {
  real: Connection;
  threadId: number;
  isUsed: boolean;
  /** A transaction may be open, or a number of an insert kept. */
  isTouched: boolean;
  /** The time of the story that it was told last. */
  toldMs: number;
}

interface Driver {
  createConnection(options: object): unknown;
}

/** The one that `knex` will find. */
export function loadDriver(): Driver {
  const ofCore = createRequire(import.meta.resolve('@star-graph/core/ground/db/connect'));
  return createRequire(ofCore.resolve('knex'))('mysql2');
}

/** As `connectDatabase` has it. */
const typeCast = (
  field: { type: string; length: number; string(): string | null },
  next: () => unknown,
): unknown => (field.type === 'TINY' && field.length === 1 ? field.string() === '1' : next());

/** Nothing may end by the clock of the system. */
const sessionSql = `SET SESSION sql_mode=REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), time_zone='+00:00',
  innodb_lock_wait_timeout=100000, wait_timeout=100000, idle_transaction_timeout=0`;

export async function openSession(
  open: (options: object) => unknown,
  address: ServerAddress,
): Promise<Session> {
  const options = { multipleStatements: true, timezone: 'Z', supportBigNumbers: true, charset: 'utf8mb4' };
  const real = open({ ...address, ...options, typeCast }) as Connection;
  await ask(real, 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  await ask(real, sessionSql);
  const [row] = (await ask(real, 'SELECT CONNECTION_ID() AS id')) as [{ id: number }];
  return { real, threadId: row.id, isUsed: false, isTouched: false, toldMs: -1 };
}

export const ask = (connection: Connection, sql: string, values: readonly unknown[] = []): Promise<unknown> =>
  new Promise((resolve, reject) => {
    connection.query(sql, values, (error, rows) => (error ? reject(error) : resolve(rows)));
  });

/** NOW() is the time of the story. @returns the statement that says so, where the session does not know it. */
export function tellTime(session: Session, nowMs: number): string[] {
  if (session.toldMs === nowMs) return [];
  session.toldMs = nowMs;
  return [`SET timestamp=${((beginMs + nowMs) / 1_000).toFixed(3)}`];
}

export async function listWaiting(control: Connection): Promise<Set<number>> {
  const [row] = (await ask(control, 'SHOW ENGINE INNODB STATUS')) as [{ Status: string }];
  return readWaitingThreads(row.Status);
}
