import type { Database } from './connect.ts';

type Row = Record<string, unknown>;

interface PreparingConnection {
  execute(sql: string, values: readonly unknown[], done: (error: Error | null, rows: Row[]) => void): void;
}

/**
 * Runs a SELECT that every connection keeps prepared: neither the query builder nor the server reads its text again.
 * For the few texts that are sent all the time and never differ.
 * @returns the rows by property
 */
export async function selectPrepared(
  { client }: Database,
  sql: string,
  values: readonly (string | number)[],
): Promise<Row[]> {
  const connection: PreparingConnection = await client.acquireConnection();
  try {
    const rows = await new Promise<Row[]>((resolve, reject) => {
      connection.execute(sql, values, (error, found) => (error ? reject(error) : resolve(found)));
    });
    return client.config.postProcessResponse(rows);
  } finally {
    client.releaseConnection(connection);
  }
}
