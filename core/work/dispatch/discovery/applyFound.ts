import type { Logger } from 'pino';
import {
  type Database,
  inTransaction,
  isDuplicateEntry,
  type Transaction,
} from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { type LeaderFence, leads } from '../../tasks/leaderFence.ts';
import type { Found } from './source.ts';

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
}

/**
 * The moves of a discovered backend's row, each one statement on condition of what it assumes, by the clock of the
 * database; they are made by the leader alone, under its epoch. A move whose answer was lost is made again and changes
 * nothing.
 *
 * new → present: inserted. present → missing: its source does not find it. missing → present: it does again. missing →
 * removed: for longer than the patience. present, missing → removed: it was told to end. removed → present: it is found
 * again, and goes on as what it was. In each of them `enabled` and `draining` are an administrator's and stay.
 *
 * A removed backend finishes its tasks, as with every removal; if it is not there any more, its owner finds that out
 * and the tasks go elsewhere.
 */
type Move = 'present' | 'missing' | 'removed' | 'back';

type Row = Pick<Backend, 'id' | 'url' | 'fromEnvironment' | 'discoveredBy' | 'missingSince' | 'removedAt'>;

interface Changes {
  moves: { move: Move; row: Row }[];
  added: string[];
  /** An administrator removed them: they stay out. */
  removedByHand: string[];
}

/**
 * Makes the pool match what a source has found.
 * @returns how many rows changed; undefined when another dispatcher leads, and nothing changed.
 */
export async function applyFound(
  deps: Deps,
  leader: LeaderFence,
  source: string,
  found: Omit<Found, 'refused'>,
  graceMs: number,
): Promise<{ changed: number; removedByHand: string[] } | undefined> {
  const { moves, added, removedByHand } = listChanges(
    source,
    found,
    await listRows(deps.database, source, found),
  );
  if (moves.length === 0 && added.length === 0) return { changed: 0, removedByHand };
  try {
    const changed = await inTransaction(deps.database, async (trx) => {
      if (!(await leads(trx, leader))) return undefined;
      return (
        (await insert(deps, trx, source, added)) +
        (await makeMoves(deps, trx, source, { moves, graceMs, leaving: found.leaving }))
      );
    });
    return changed === undefined ? undefined : { changed, removedByHand };
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // An administrator added it at this moment: the next round finds it.
    return { changed: 0, removedByHand };
  }
}

/** Not locked, which would hold up the leases of all of them: each move has its condition. */
async function listRows(database: Database, source: string, { urls }: Pick<Found, 'urls'>): Promise<Row[]> {
  const columns = ['id', 'url', 'fromEnvironment', 'discoveredBy', 'missingSince', 'removedAt'] as const;
  const own: Row[] = await Backend.query(database)
    .select(...columns)
    .where({ discoveredBy: source });
  const named: Row[] =
    urls.length === 0
      ? []
      : await Backend.query(database)
          .select(...columns)
          .whereIn('url', [...urls]);
  return [...new Map([...own, ...named].map((row) => [row.id, row])).values()];
}

function listChanges(
  source: string,
  { urls, leaving }: Pick<Found, 'urls' | 'leaving'>,
  rows: readonly Row[],
): Changes {
  const found = new Set(urls);
  const known = new Set(rows.map(({ url }) => url));
  const changes: Changes = { moves: [], added: urls.filter((url) => !known.has(url)), removedByHand: [] };
  for (const row of rows) {
    const move = findMove(source, row, found, leaving);
    if (move === 'by hand') changes.removedByHand.push(row.url);
    else if (move) changes.moves.push({ move, row });
  }
  return changes;
}

function findMove(
  source: string,
  { url, discoveredBy, missingSince, removedAt, fromEnvironment }: Row,
  found: ReadonlySet<string>,
  leaving: readonly string[],
): Move | 'by hand' | undefined {
  if (discoveredBy === null) return removedAt === null || fromEnvironment ? undefined : 'by hand';
  if (removedAt !== null) return found.has(url) ? 'back' : undefined;
  // Another source has it; if that one loses it, this one brings it back.
  if (discoveredBy !== source) return undefined;
  if (found.has(url)) return missingSince === null ? undefined : 'present';
  return missingSince === null && !leaving.includes(url) ? 'missing' : 'removed';
}

async function insert({ clock, logger }: Deps, trx: Transaction, source: string, urls: readonly string[]) {
  for (const url of urls) {
    const id = newId();
    const name = new URL(url).host.slice(0, 64);
    await Backend.query(trx).insert({
      id,
      url,
      name,
      labels: [],
      discoveredBy: source,
      createdAt: clock.now(),
    });
    logger.info({ backendId: id, url, source }, 'a GPU server was found and is in the pool');
  }
  return urls.length;
}

async function makeMoves(
  { logger }: Deps,
  trx: Transaction,
  source: string,
  { moves, graceMs, leaving }: { moves: Changes['moves']; graceMs: number; leaving: readonly string[] },
): Promise<number> {
  let changed = 0;
  const now = trx.raw('NOW(3)') as unknown as Date;
  for (const { move, row } of moves) {
    const { id, url, discoveredBy } = row;
    const rows = Backend.query(trx).where({ id, discoveredBy });
    const live = rows.clone().whereNull('removedAt');
    const isOverdue = 'missing_since <= NOW(3) - INTERVAL ? MICROSECOND';
    const late = leaving.includes(url) ? live : live.clone().whereRaw(isOverdue, [graceMs * 1_000]);
    const statements = {
      present: () => live.patch({ missingSince: null }),
      missing: () => live.whereNull('missingSince').patch({ missingSince: now }),
      removed: () => late.patch({ removedAt: now, missingSince: null }),
      back: () =>
        rows.whereNotNull('removedAt').patch({
          removedAt: null,
          missingSince: null,
          discoveredBy: source,
          state: 'unknown',
          stateReason: null,
        }),
    };
    const count = await statements[move]();
    changed += count;
    if (count > 0) logger.info({ backendId: id, url, source }, sentences[move]);
  }
  return changed;
}

const sentences: Readonly<Record<Move, string>> = {
  present: 'a GPU server that was missing is found again',
  missing: 'a GPU server is not found any more',
  removed: 'a GPU server has gone and leaves the pool',
  back: 'a GPU server is found again and is back in the pool',
};
