type Done = (error: Error | null, rows?: unknown, fields?: unknown) => void;

interface QueryingConnection {
  query(...call: unknown[]): unknown;
}

/** Ends a packet that commits its transaction. */
export const commitSuffix = ';\nCOMMIT';

/**
 * Spares transactions round trips, on connections that take several statements at once. BEGIN waits for the first
 * statement and goes with it. Where the last packet ended in COMMIT, none is sent after it.
 *
 * A packet stops at its first error, so a COMMIT at its end is not reached then: the transaction is open, and is rolled
 * back as any other. If the connection ends before the answer, it is unknown whether the packet arrived, as it always is
 * with a COMMIT.
 */
export function foldTransactions(connection: QueryingConnection): void {
  const query = connection.query.bind(connection);
  let state: 'none' | 'announced' | 'open' | 'committed' = 'none';

  /** @returns whether there is nothing to send. */
  function take(sql: string): boolean {
    const before = state;
    if (/^BEGIN;?$/.test(sql)) state = 'announced';
    else if (/^(COMMIT|ROLLBACK);?$/.test(sql)) state = 'none';
    else return false;
    return state === 'announced' || before !== 'open';
  }

  connection.query = (...call) => {
    const [options, values, done] = call as [{ sql: string }, unknown, Done];
    const { sql } = options;
    if (take(sql)) return done(null, { affectedRows: 0 });
    if (state === 'committed')
      return done(new Error('a statement comes after the COMMIT of its transaction'));
    const hasBegin = state === 'announced';
    const hasCommit = sql.endsWith(commitSuffix);
    if (hasBegin) state = 'open';
    const whole = hasBegin ? { ...options, sql: `BEGIN;\n${sql}` } : options;
    return query(whole, values, (error: Error | null, rows: unknown, fields: unknown) => {
      if (error) return done(error);
      if (hasCommit) state = 'committed';
      const own = (all: unknown) => (hasBegin || hasCommit ? withoutEnds(all, hasBegin, hasCommit) : all);
      done(null, own(rows), own(fields));
    });
  };
}

/** The answers to the statements between BEGIN and COMMIT; the answer itself, where there is one. */
function withoutEnds(all: unknown, hasBegin: boolean, hasCommit: boolean): unknown {
  const own = (all as unknown[]).slice(hasBegin ? 1 : 0, hasCommit ? -1 : undefined);
  return own.length === 1 ? own[0] : own;
}
