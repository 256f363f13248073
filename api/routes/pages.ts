import type { Page, PageQuery } from '@star-graph/contract/pages';
import { Problem } from '@star-graph/core/ground/errors';
import { isId } from '@star-graph/core/ground/runtime/ids';

const invalidCursor = () =>
  new Problem('invalid-params', 'This cursor is of no list. Take nextCursor of the page before, as it is.', {
    errors: [{ pointer: '/cursor', message: 'Not a cursor.' }],
  });

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const decode = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

/**
 * One page of a list that is ordered by id. One row more than asked for is read, to know whether there is a next
 * page; rows are presented only when they are on this one.
 */
export async function pageById<Row, View>(
  query: PageQuery,
  source: {
    list: (page: { limit: number; beforeId?: string }) => Promise<readonly Row[]>;
    idOf: (row: Row) => string;
    /** Default: a UUID. */
    isId?: (text: string) => boolean;
    present: (rows: readonly Row[]) => Promise<View[]> | View[];
  },
): Promise<Page<View>> {
  const beforeId = query.cursor === undefined ? undefined : decode(query.cursor);
  if (beforeId !== undefined && !(source.isId ?? isId)(beforeId)) throw invalidCursor();
  const rows = await source.list({
    limit: query.limit + 1,
    ...(beforeId === undefined ? {} : { beforeId }),
  });
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: await source.present(shown),
    nextCursor: rows.length > query.limit && last !== undefined ? encode(source.idOf(last)) : null,
  };
}

/** One page of a list that says itself where it goes on. */
export async function pageOnward<View>(
  { limit, cursor }: PageQuery,
  list: (page: { limit: number; beforeId?: string }) => Promise<{
    items: View[];
    beforeId: string | undefined;
  }>,
  isPlace: (text: string) => boolean = isId,
): Promise<Page<View>> {
  const before = cursor === undefined ? undefined : decode(cursor);
  if (before !== undefined && !isPlace(before)) throw invalidCursor();
  const { items, beforeId } = await list({ limit, ...(before === undefined ? {} : { beforeId: before }) });
  return { items, nextCursor: beforeId === undefined ? null : encode(beforeId) };
}

/** One page of a short list that is in memory. */
export function pageByOffset<Item>(query: PageQuery, items: readonly Item[]): Page<Item> {
  const offset = query.cursor === undefined ? 0 : Number(/^at:([0-9]{1,6})$/.exec(decode(query.cursor))?.[1]);
  if (Number.isNaN(offset)) throw invalidCursor();
  const end = offset + query.limit;
  return { items: items.slice(offset, end), nextCursor: end < items.length ? encode(`at:${end}`) : null };
}
