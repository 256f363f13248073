import type { Knex } from 'knex';
import type { Database } from '../../ground/db/connect.ts';

/** Small enough that a batch never holds its locks for long. */
export const batchSize = 500;

/** Deletes the next batch. @returns rows deleted, and whether there may be more. */
export type CutBatch = () => PromiseLike<{ deleted: number; isMore: boolean }>;

/** All rows older than a given time may go, so the rest is younger. */
export const cutOldest =
  (database: Database, table: string, column: string, before: Date): CutBatch =>
  async () => {
    const deleted = await database(table).where(column, '<', before).limit(batchSize).delete();
    return { deleted, isMore: deleted === batchSize };
  };

export interface AgeCut {
  table: string;
  column: string;
  before: Date;
  /** Leaves out rows that are kept for good, which would otherwise fill the batches of every run. */
  skip?(query: Knex.QueryBuilder): unknown;
}

interface AgedRow {
  id: string;
  at: Date;
}

/**
 * For tables where some old rows have to stay: continues after the last row seen, by an index on `column`.
 * @param mayGo the rows of a batch that may be deleted.
 */
export function cutByAge(
  database: Database,
  { table, column, before, skip }: AgeCut,
  remove: (ids: readonly string[]) => Promise<number>,
): CutBatch {
  let last: AgedRow | undefined;
  return async () => {
    const query = database(table)
      .select('id', `${column} as at`)
      .where(column, '<', before)
      .orderBy([column, 'id'])
      .limit(batchSize);
    skip?.(query);
    if (last) {
      const { id, at } = last;
      query
        .where(column, '>=', at)
        .where((later) => later.where(column, '>', at).orWhere((same) => same.where('id', '>', id)));
    }
    const rows: AgedRow[] = await query;
    last = rows.at(-1) ?? last;
    const deleted = rows.length === 0 ? 0 : await remove(rows.map(({ id }) => id));
    return { deleted, isMore: rows.length === batchSize };
  };
}
