type Done = (error: Error | null, rows?: unknown, fields?: unknown) => void;

interface QueryingConnection {
  query(...call: unknown[]): unknown;
}

/** Ends a packet that commits its transaction. */
export const commitSuffix = ';\nCOMMIT';

/** Its first statement begins a transaction, and so does the first after each COMMIT and ROLLBACK. */
export const withoutAutocommit = 'autocommit=0';

/**
 * Spares transactions what they need not send, on connections that take several statements at once and are
 * `withoutAutocommit`: no BEGIN, no end of a transaction that sent nothing, and no COMMIT where the last packet ended in
 * one.
 *
 * A packet stops at its first error, so a COMMIT at its end is not reached then: the transaction is open, and is rolled
 * back as any other. If the connection ends before the answer, it is unknown whether the packet arrived, as it always is
 * with a COMMIT.
 */
export function foldTransactions(connection: QueryingConnection): void {
  const query = connection.query.bind(connection);
  let state: 'none' | 'announced' | 'open' | 'committed' = 'none';

  connection.query = (...call) => {
    const [options, values, done] = call as [{ sql: string }, unknown, Done];
    const { sql } = options;
    const before = state;
    if (/^BEGIN;?$/.test(sql)) {
      state = 'announced';
      return done(null, { affectedRows: 0 });
    }
    if (/^(COMMIT|ROLLBACK);?$/.test(sql)) {
      state = 'none';
      return before === 'open' ? query(options, values, done) : done(null, { affectedRows: 0 });
    }
    // It would stay open, with its locks, when the connection goes back to the pool.
    if (state === 'none') return done(new Error('a statement of the hot path comes without a transaction'));
    if (state === 'committed')
      return done(new Error('a statement comes after the COMMIT of its transaction'));
    state = 'open';
    if (!sql.endsWith(commitSuffix)) return query(options, values, done);
    return query(options, values, (error: Error | null, rows: unknown, fields: unknown) => {
      if (error) return done(error);
      state = 'committed';
      done(null, beforeCommit(rows), beforeCommit(fields));
    });
  };
}

/** The answers to the statements before COMMIT; the answer itself, where there is one. */
function beforeCommit(all: unknown): unknown {
  const own = (all as unknown[]).slice(0, -1);
  return own.length === 1 ? own[0] : own;
}
