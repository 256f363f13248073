import type { Database } from './connect.ts';

type Row = Record<string, unknown>;

type Value = string | number | Date;

interface PreparingConnection {
  execute(
    sql: string,
    values: readonly Value[],
    done: (error: Error | null, answer: Row[] | { affectedRows: number }) => void,
  ): void;
}

/**
 * Runs a SELECT that every connection keeps prepared: neither the query builder nor the server reads its text again.
 * For the few texts that are sent all the time and never differ.
 * @returns the rows by property
 */
export async function selectPrepared(
  database: Database,
  sql: string,
  values: readonly Value[],
): Promise<Row[]> {
  const rows = await executePrepared(database, sql, values);
  if (!Array.isArray(rows)) throw new Error('the answer to a SELECT has rows');
  return database.client.config.postProcessResponse(rows);
}

/** The same for a write, which is a transaction by itself. @returns the number of rows that it met */
export async function writePrepared(
  database: Database,
  sql: string,
  values: readonly Value[],
): Promise<number> {
  const answer = await executePrepared(database, sql, values);
  if (Array.isArray(answer)) throw new Error('the answer to a write has a count');
  return answer.affectedRows;
}

async function executePrepared({ client }: Database, sql: string, values: readonly Value[]) {
  const connection: PreparingConnection = await client.acquireConnection();
  try {
    return await new Promise<Row[] | { affectedRows: number }>((resolve, reject) => {
      connection.execute(sql, values, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  } finally {
    client.releaseConnection(connection);
  }
}
