import knex, { type Knex } from 'knex';
import { knexSnakeCaseMappers } from 'objection';

export type Database = Knex;
export type Transaction = Knex.Transaction;

export interface DatabaseConfig {
  /** mysql://user:password@host:port/database */
  url: string;
  /** Connections; 8 saturate two cores, more only add latency. */
  poolSize: number;
  /** After this long a statement is given up: a frozen server must not hang a request. Default 8,000. */
  statementTimeoutMs?: number;
}

/** Errors after which the whole transaction may be run again: snapshot conflict, lock wait time-out, deadlock. */
const retryableErrnos = new Set([1020, 1205, 1213]);
const duplicateEntryErrno = 1062;

const errnoOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined;

/** Opens a pool. No connection is made until the first statement. Close with `database.destroy()`. */
export function connectDatabase(config: DatabaseConfig): Database {
  const url = new URL(config.url);
  const timeoutMs = config.statementTimeoutMs ?? 8_000;
  const database = knex({
    client: 'mysql2',
    connection: {
      host: url.hostname,
      port: Number(url.port || 3306),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
      charset: 'utf8mb4',
      timezone: 'Z',
      connectTimeout: 5_000,
      // Whole numbers above 2^53 would lose digits silently; sums arrive as strings and are checked by the reader.
      supportBigNumbers: true,
      typeCast: (field: { type: string; length: number; string(): string | null }, next: () => unknown) => {
        if (field.type === 'TINY' && field.length === 1) return field.string() === '1';
        return next();
      },
    },
    pool: {
      min: 0,
      max: config.poolSize,
      afterCreate: (
        connection: RawConnection,
        done: (error: Error | null, connection: RawConnection) => void,
      ) => {
        const lockWaitSeconds = Math.max(1, Math.floor(timeoutMs / 2_000));
        connection.query(
          `SET SESSION transaction_isolation='READ-COMMITTED', time_zone='+00:00', innodb_lock_wait_timeout=${lockWaitSeconds}`,
          (error) => done(error, connection),
        );
      },
    },
    acquireConnectionTimeout: timeoutMs,
    ...knexSnakeCaseMappers(),
  });
  limitStatements(database, timeoutMs);
  return database;
}

interface RawConnection {
  query(sql: string, done: (error: Error | null) => void): void;
}

/** knex has a time-out a query; this sets it for every one, so that no caller can forget it. */
function limitStatements(database: Database, timeoutMs: number): void {
  database.on('start', (builder: { timeout?: (ms: number) => unknown }) => builder.timeout?.(timeoutMs));
}

export const isDuplicateEntry = (error: unknown): boolean => errnoOf(error) === duplicateEntryErrno;

/**
 * Runs `work` in a READ COMMITTED transaction and commits it; on a deadlock or lock time-out the whole of it is run
 * again, up to 5 times, so `work` must have no effect outside its transaction.
 */
export async function inTransaction<T>(
  database: Database,
  work: (trx: Transaction) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await database.transaction(work);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === undefined || !retryableErrnos.has(errno) || tries >= 5) throw error;
    }
  }
}
