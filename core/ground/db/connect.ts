import knex, { type Knex } from 'knex';
import { DBError, knexSnakeCaseMappers } from 'objection';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { defineGauge } from '../telemetry/define.ts';
import { createDemotions, type Demotions, isDemoted } from './demotion.ts';
import { foldTransactions, withoutAutocommit } from './foldTransactions.ts';
import { watchStandstill } from './standstill.ts';

export type Database = Knex;
export type Transaction = Knex.Transaction;

export interface DatabaseConfig {
  /** Names its pool in metrics. Default: main. */
  name?: 'main' | 'leases';
  /** mysql://user:password@host:port/database */
  url: string;
  /** Connections; 8 saturate two cores, more only add latency. */
  poolSize: number;
  /** A statement is abandoned after this long: a frozen server must not hang a request. Default 8,000. */
  statementTimeoutMs?: number;
  /** How long a statement waits for a row that another transaction has locked; whole seconds. Default: half of the above. */
  lockWaitMs?: number;
  /** After this long without a statement the server ends a session and its transaction; whole seconds. Default 15,000. */
  idleSessionMs?: number;
  /** Counts the times above. Default: the system's. */
  clock?: Clock;
}

/** Errors after which the whole transaction may be run again: snapshot conflict, lock wait time-out, deadlock. */
const retryableErrnos = new Set([1020, 1205, 1213]);
const duplicateEntryErrno = 1062;
const outOfRangeErrno = 1690;

/** Objection wraps what the driver threw in an error of its own. */
const errnoOf = (error: unknown): number | undefined => {
  const native = error instanceof DBError ? error.nativeError : error;
  return native instanceof Error && 'errno' in native && typeof native.errno === 'number'
    ? native.errno
    : undefined;
};

/** Opens a pool. No connection is made until the first statement. Close with `database.destroy()`. */
export function connectDatabase(config: DatabaseConfig): Database {
  const demotions = createDemotions(config.clock ?? systemClock);
  const [database, hotPath] = [openPool(config, demotions, false), openPool(config, demotions, true)];
  hotPaths.set(database, hotPath);
  const name = config.name ?? 'main';
  const stopWatching = [watchPool(name, database), watchPool(`${name}-hot`, hotPath)];
  const { client } = database;
  const destroy: () => Promise<void> = client.destroy.bind(client);
  client.destroy = async () => {
    for (const stop of stopWatching) stop();
    await Promise.all([hotPath.destroy(), destroy()]);
  };
  return database;
}

/**
 * For each database the pool of its hot path, whose connections take several statements at once. Only `sendPacket`
 * makes use of that. No other statement runs there, so that a text which ends a statement early ends nothing else.
 */
const hotPaths = new WeakMap<Database, Database>();

function openPool(config: DatabaseConfig, demotions: Demotions, multipleStatements: boolean): Database {
  const url = new URL(config.url);
  const { clock = systemClock, statementTimeoutMs: timeoutMs = 8_000 } = config;
  const idleSessionMs = config.idleSessionMs ?? 15_000;
  // Returned long before the server ends it, so that no statement uses an ended session.
  const idlePoolMs = idleSessionMs / 2;
  const lastUsedMs = new WeakMap<RawConnection, number>();
  const openedMs = new WeakMap<RawConnection, number>();
  const database = knex({
    client: 'mysql2',
    // The message of an error goes into the log: the statement, without the values that people gave.
    compileSqlOnError: false,
    connection: {
      host: url.hostname,
      port: Number(url.port || 3306),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
      charset: 'utf8mb4',
      multipleStatements,
      timezone: 'Z',
      connectTimeout: 5_000,
      enableKeepAlive: true,
      keepAliveInitialDelay: 5_000,
      // Whole numbers above 2^53 would lose digits silently; sums arrive as strings and are checked by the reader.
      supportBigNumbers: true,
    },
    pool: {
      min: 0,
      max: config.poolSize,
      idleTimeoutMillis: idlePoolMs,
      // The sessions of a paused process may have ended before it reads that.
      validate: (connection: RawConnection) =>
        clock.monotonicMs() - (lastUsedMs.get(connection) ?? 0) < idlePoolMs &&
        demotions.isAfter(openedMs.get(connection) ?? 0),
      afterCreate: (
        connection: RawConnection,
        done: (error: Error | null, connection: RawConnection) => void,
      ) => {
        openedMs.set(connection, clock.monotonicMs());
        limitStatements(clock, connection, timeoutMs, (error) => {
          lastUsedMs.set(connection, clock.monotonicMs());
          if (!isDemoted(error)) return false;
          demotions.note();
          return true;
        });
        // A statement of its own: the variable has different names in MariaDB before 11.1 and in MySQL 8.
        connection.query(
          'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
          (isolationError: Error | null) => {
            if (isolationError) return done(isolationError, connection);
            connection.query(
              sessionSql(config.lockWaitMs ?? timeoutMs / 2, idleSessionMs, multipleStatements),
              (error: Error | null) => {
                if (multipleStatements) foldTransactions(connection);
                done(error, connection);
              },
            );
          },
        );
      },
    },
    acquireConnectionTimeout: timeoutMs,
    log: silence,
    ...knexSnakeCaseMappers(),
  });
  askAgain(database);
  return database;
}

const mostAsked = 3;

/**
 * The limits of a connection that is awaited are timers of knex and of the driver. A process that stood still meets them
 * before it reads what the database answered meanwhile, so it asks once more. Nothing has been sent by then.
 */
function askAgain({ client }: Knex): void {
  const acquire: () => Promise<unknown> = client.acquireConnection.bind(client);
  client.acquireConnection = async () => {
    if (client.pool?.numFree() > 0) return await acquire();
    for (let asked = 1; ; asked++) {
      const watch = watchStandstill();
      try {
        return await acquire();
      } catch (error) {
        if (!isLate(error) || !watch.stoodStill() || asked >= mostAsked) throw error;
      } finally {
        watch.stop();
      }
    }
  };
}

const isLate = (error: unknown): boolean =>
  error instanceof knex.KnexTimeoutError ||
  (error instanceof Error && 'code' in error && error.code === 'ETIMEDOUT');

/**
 * A machine that vanishes sends no end of its connections, and a server keeps the locks of its transactions for as
 * long as its system keeps a silent connection: for hours. So the server is told to end silent sessions. MySQL has
 * only `wait_timeout` for that, which also ends idle sessions of a pool. MariaDB also has a limit for transactions;
 * only MariaDB reads a `/*M!` comment.
 */
function sessionSql(lockWaitMs: number, idleMs: number, isHot: boolean): string {
  const [lockWait, idle] = [lockWaitMs, idleMs].map((ms) => Math.max(1, Math.floor(ms / 1_000)));
  const folded = isHot ? `, ${withoutAutocommit}` : '';
  return `SET SESSION sql_mode=REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), time_zone='+00:00', innodb_lock_wait_timeout=${lockWait}, wait_timeout=${idle},
    net_read_timeout=${idle}, net_write_timeout=${idle}${folded} /*M! , idle_transaction_timeout=${idle} */`;
}

/** knex prints errors unstructured on the console and throws them too; the caller logs them. */
const silence = { warn() {}, error() {}, deprecate() {}, debug() {} };

interface RawConnection {
  query(...call: unknown[]): unknown;
  execute(...call: unknown[]): unknown;
  stream: { destroy(error: Error): void };
}

/**
 * Cuts the connection when a statement is not answered in time. knex's own time-outs are not enough: they leave
 * BEGIN, COMMIT and ROLLBACK unlimited, and a rollback waits behind the very statement that hangs. Cutting the
 * connection fails all its waiting statements at once. The server rolls back, and the pool opens another connection.
 * @param judge is given the error of each answer, and says whether the connection is of no use any more.
 */
function limitStatements(
  clock: Clock,
  connection: RawConnection,
  timeoutMs: number,
  judge: (error: unknown) => boolean,
): void {
  let cut: Error | undefined;
  const end = (reason: Error) => {
    cut = reason;
    connection.stream.destroy(reason);
  };
  const limit =
    (send: RawConnection['query']): RawConnection['query'] =>
    (...call) => {
      const done = call.pop() as (...answer: unknown[]) => void;
      // The rollback of a cut transaction reports the first cause, not a closed connection.
      if (cut) return done(cut);
      const giveUp = () => end(new StatementTimeout(`no answer from the database within ${timeoutMs} ms`));
      let turn: NodeJS.Immediate | undefined;
      const stopTimer = clock.after(timeoutMs, () => {
        // A process that stood still meets its timers first: what the database answered meanwhile is read before.
        turn = setImmediate(giveUp);
      });
      return send(...call, (...answer: unknown[]) => {
        stopTimer();
        clearImmediate(turn);
        const [error, rows, columns] = answer;
        if (judge(error)) end(error as Error);
        readBooleans(rows, columns);
        done(...answer);
      });
    };
  connection.query = limit(connection.query.bind(connection));
  connection.execute = limit(connection.execute.bind(connection));
}

const tinyint = 1;
type Column = { name: string; columnType: number; columnLength: number } | undefined;

/**
 * BOOLEAN is TINYINT(1) to the servers. By the columns of an answer: a `typeCast` would have the driver make an object
 * for each value of each row.
 */
function readBooleans(rows: unknown, columns: unknown): void {
  if (!Array.isArray(rows) || !Array.isArray(columns)) return;
  // A packet has an answer for each statement.
  const answers = columns.some(Array.isArray) ? columns : [];
  for (const [at, own] of answers.entries()) readBooleans(rows[at], own);
  for (const column of answers.length > 0 ? [] : (columns as Column[])) {
    if (column?.columnType !== tinyint || column.columnLength !== 1) continue;
    const { name } = column;
    for (const row of rows) row[name] = row[name] === 1 || row[name] === true;
  }
}

/** The database did not answer in time; whether the statement took effect is unknown. */
export class StatementTimeout extends Error {
  override name = 'StatementTimeout';
}

/**
 * Whether a text can be in a column of names or ids at all. Those columns are ASCII, and a server refuses to compare
 * them with other text: typed text is checked with this before it is looked up.
 */
export const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** Whether a statement of `requireMet` ended the transaction. */
export const isUnmet = (error: unknown): boolean => errnoOf(error) === outOfRangeErrno;

export const isDuplicateEntry = (error: unknown): boolean => errnoOf(error) === duplicateEntryErrno;

/**
 * Ends a SELECT: share-locks the rows that no other transaction has locked, and leaves the others out. The servers spell
 * it differently, and each reads only the comment that is meant for it.
 */
export const shareUnlocked = '/*M! LOCK IN SHARE MODE SKIP LOCKED */ /*!50999 FOR SHARE SKIP LOCKED */';

/** Whether other transactions kept blocking this one: `inTransaction` has tried several times. */
export const isContended = (error: unknown): boolean => retryableErrnos.has(errnoOf(error) ?? 0);

const packetTooLargeErrno = 1_153;

const lostConnectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
]);

/** Whether a server that is the primary no longer refused it: the next connection may lead to the one that is. */
const isRefused = (error: unknown): boolean =>
  isDemoted(error instanceof DBError ? error.nativeError : error);

/** Whether the database's disk is full: the same statement may succeed once there is room. */
export function isDatabaseFull(error: unknown): boolean {
  const native = error instanceof DBError ? error.nativeError : error;
  return native instanceof Error && 'code' in native && fullCodes.has(String(native.code));
}

const fullCodes = new Set(['ER_DISK_FULL', 'ER_RECORD_FILE_FULL']);

/** Whether the database could not be reached or did not answer: the same statement may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const native = error instanceof DBError ? error.nativeError : error;
  if (native instanceof StatementTimeout || native instanceof knex.KnexTimeoutError) return true;
  if (!(native instanceof Error)) return false;
  // The server closes the connection after it, as if it went away; the same packet is refused for ever.
  if (errnoOf(native) === packetTooLargeErrno) return false;
  if (isDemoted(native)) return true;
  const code = 'code' in native && typeof native.code === 'string' ? native.code : '';
  return lostConnectionCodes.has(code) || ('fatal' in native && native.fatal === true);
}

/**
 * Runs `work` in a READ COMMITTED transaction and commits it; on a deadlock, a lock time-out or the refusal of a demoted
 * primary the whole of it is run again, up to 5 times, so `work` must have no effect outside its transaction.
 */
export const inTransaction = <T>(database: Database, work: (trx: Transaction) => Promise<T>): Promise<T> =>
  again(() => database.transaction(work));

/** Reads everything as it was at one moment. */
export async function inSnapshot<Result>(
  database: Database,
  read: (trx: Transaction) => Promise<Result>,
): Promise<Result> {
  const trx = await database.transaction({ isolationLevel: 'repeatable read' });
  try {
    return await read(trx);
  } finally {
    await trx.rollback();
  }
}

/** The same on the pool of the hot path, where `sendPacket` takes one round trip. */
export const inHotTransaction = <T>(database: Database, work: (trx: Transaction) => Promise<T>): Promise<T> =>
  again(() => requireHotPath(database).transaction(work));

/**
 * The same for work that sends one packet which commits, and nothing else: without a transaction of the query builder,
 * which costs more than the packet. The `trx` writes statements; `sendPacket` alone can send them.
 */
export function inOnePacket<T>(database: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  const hotPath = requireHotPath(database);
  // An object of its own for each try: what is noted of a transaction is noted by it.
  return again(() => {
    const writer = (...table: Parameters<Database>) => hotPath(...table);
    return work(Object.setPrototypeOf(writer, hotPath));
  });
}

function requireHotPath(database: Database): Database {
  const hotPath = hotPaths.get(database);
  if (!hotPath) throw new Error('this database was not opened by connectDatabase');
  return hotPath;
}

/** The same for one statement, which is a transaction by itself. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(isContended(error) || isRefused(error)) || tries >= 5) throw error;
    }
  }
}

/** The part of knex' pool that is read here; knex' types leave it open. */
interface Pool {
  max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

const pools = new Map<Pool, string>();

/** Shows a pool of connections in the metrics. @returns a function that ends it. */
function watchPool(name: string, database: Knex): () => void {
  const { pool }: { pool?: Pool } = database.client;
  if (!pool) return () => undefined;
  pools.set(pool, name);
  return () => void pools.delete(pool);
}

defineGauge(
  {
    name: 'star_graph_database_connections',
    help: 'Connections of a pool to the database: used, free, and pending, which wait for one',
    labels: ['pool', 'state'],
  },
  (gauge) => {
    gauge.reset();
    for (const [pool, name] of pools) {
      gauge.inc({ pool: name, state: 'used' }, pool.numUsed());
      gauge.inc({ pool: name, state: 'free' }, pool.numFree());
      gauge.inc({ pool: name, state: 'pending' }, pool.numPendingAcquires());
    }
  },
);

defineGauge(
  {
    name: 'star_graph_database_connections_max',
    help: 'The most connections of a pool to the database',
    labels: ['pool'],
  },
  (gauge) => {
    gauge.reset();
    for (const [pool, name] of pools) gauge.inc({ pool: name }, pool.max);
  },
);
