import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Database } from '../db/connect.ts';
import { Asset } from '../db/models/asset.ts';
import { terminalStatuses } from '../db/models/task.ts';
import { withdrawalMs } from '../guilds/gallery.ts';
import type { Clock } from '../runtime/clock.ts';
import { findNeededImages } from '../tasks/neededImages.ts';

/*
 * What may grow without end is cut here, table by table, each on its own: where one cannot be cut, the others are. Only
 * rows are deleted: the bytes of assets follow by the sweep over stored objects that nothing names, so a process that
 * dies in between leaves at worst an object for that sweep. The ledger is never cut.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Small enough that a batch never holds its locks for long. */
const batchSize = 500;
/** Of one table in one run: a long backlog keeps the other tables waiting for seconds, not for hours. */
const batchesARun = 100;

export interface RetentionPolicy {
  /** Days after which uploads and outputs go. */
  assetDays: number;
  /** Days after which finished tasks go; at least `assetDays`. */
  taskDays: number;
}

const tables = [
  'assets',
  'tasks',
  'outbox',
  'idempotency',
  'webhook_deliveries',
  'sessions',
  'link_codes',
  'member_days',
  'gallery_entries',
] as const;
export type RetentionTable = (typeof tables)[number];

export interface RetentionResult {
  /** Rows deleted, by table. */
  deleted: Partial<Record<RetentionTable, number>>;
  /** Tables of which more is due: the next run need not wait. */
  unfinished: RetentionTable[];
  /** Tables that could not be cut. */
  failed: RetentionTable[];
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
}

/** Deletes the next batch. @returns rows deleted, and whether there may be more. */
type CutBatch = () => PromiseLike<{ deleted: number; isMore: boolean }>;

/** Runs once; safe to run at the same time elsewhere and to be cut off anywhere. */
export async function applyRetention(
  deps: Deps,
  policy: RetentionPolicy,
  signal?: AbortSignal,
): Promise<RetentionResult> {
  const cuts = describeCuts(deps.database, deps.clock.now().getTime(), policy);
  const result: RetentionResult = { deleted: {}, unfinished: [], failed: [] };
  for (const table of tables) {
    signal?.throwIfAborted();
    result.deleted[table] = 0;
    try {
      for (let batches = 0; ; batches++) {
        if (batches === batchesARun) result.unfinished.push(table);
        if (batches === batchesARun || signal?.aborted) break;
        const { deleted, isMore } = await cuts[table]();
        result.deleted[table] += deleted;
        if (!isMore) break;
      }
    } catch (error) {
      deps.logger.error({ err: error, table }, 'what is older than it may be could not be deleted');
      result.failed.push(table);
    }
  }
  return result;
}

function describeCuts(
  database: Database,
  nowMs: number,
  policy: RetentionPolicy,
): Record<RetentionTable, CutBatch> {
  const before = (ms: number) => new Date(nowMs - ms);
  return {
    assets: cutAssets(database, before(policy.assetDays * dayMs), before(hourMs)),
    tasks: cutTasks(database, before(Math.max(policy.taskDays, policy.assetDays) * dayMs)),
    outbox: cutOldest(database, 'outbox', 'sentAt', before(7 * dayMs)),
    idempotency: cutOldest(database, 'idempotency', 'createdAt', before(dayMs)),
    webhook_deliveries: cutDeliveries(database, before(7 * dayMs)),
    sessions: cutOldest(database, 'sessions', 'expiresAt', before(7 * dayMs)),
    link_codes: cutOldest(database, 'link_codes', 'expiresAt', before(dayMs)),
    member_days: cutOldest(database, 'member_days', 'day', before(2 * dayMs)),
    gallery_entries: cutGallery(database, before(policy.assetDays * dayMs), before(withdrawalMs)),
  };
}

/** All rows older than a moment may go, so what is left is younger. */
const cutOldest =
  (database: Database, table: string, column: string, before: Date): CutBatch =>
  async () => {
    const deleted = await database(table).where(column, '<', before).limit(batchSize).delete();
    return { deleted, isMore: deleted === batchSize };
  };

interface AgeCut {
  table: string;
  column: string;
  before: Date;
  /** Leaves out what is kept for good, which would otherwise fill the batches of every run. */
  skip?(query: Knex.QueryBuilder): unknown;
}

interface AgedRow {
  id: string;
  at: Date;
}

/**
 * Where some of the old rows have to stay: reads on behind the last one it has seen, by an index on `column`.
 * @param mayGo those of a batch that may be deleted.
 */
function cutByAge(
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

/** A favourite stays with what tells how it was made. */
const withoutFavourites = (query: Knex.QueryBuilder): Knex.QueryBuilder =>
  query.whereRaw('NOT EXISTS (SELECT 1 FROM assets WHERE assets.task_id = tasks.id AND assets.favourite)');

const cutTasks = (database: Database, before: Date): CutBatch =>
  cutByAge(database, { table: 'tasks', column: 'finishedAt', before, skip: withoutFavourites }, (ids) =>
    withoutFavourites(database('tasks').whereIn('id', ids))
      .whereIn('status', terminalStatuses)
      // A slot that is still taken shows that a backend has not let go of a cancelled task.
      .whereNotExists(database('slots').whereRaw('slots.task_id = tasks.id'))
      .delete(),
  );

const cutDeliveries = (database: Database, before: Date): CutBatch =>
  cutByAge(database, { table: 'webhook_deliveries', column: 'dueAt', before }, (ids) =>
    database('webhook_deliveries')
      .whereIn('id', ids)
      .where((ended) => ended.whereNotNull('deliveredAt').orWhereNotNull('failedAt'))
      .delete(),
  );

/** Entries of what is gone. As long as it is there, they keep it from being posted a second time. */
const cutGallery = (database: Database, before: Date, withdrawnBefore: Date): CutBatch => {
  const skip = (query: Knex.QueryBuilder): Knex.QueryBuilder =>
    query
      .whereNotExists(database('assets').whereRaw('assets.id = gallery_entries.asset_id'))
      .where((over) => over.whereNot({ state: 'withdrawing' }).orWhere('workAt', '<', withdrawnBefore));
  return cutByAge(database, { table: 'gallery_entries', column: 'createdAt', before, skip }, (ids) =>
    skip(database('gallery_entries').whereIn('id', ids)).delete(),
  );
};

/** Expired assets that are nobody's favourites, then deleted ones. */
function cutAssets(database: Database, createdBefore: Date, deletedBefore: Date): CutBatch {
  const remove = (ids: readonly string[]) => deleteUnneeded(database, ids);
  const rest = [
    cutByAge(
      database,
      {
        table: 'assets',
        column: 'createdAt',
        before: createdBefore,
        skip: (query) => query.where({ favourite: false }),
      },
      remove,
    ),
    cutByAge(database, { table: 'assets', column: 'deletedAt', before: deletedBefore }, remove),
  ];
  return async () => {
    const [cut] = rest;
    if (!cut) return { deleted: 0, isMore: false };
    const { deleted, isMore } = await cut();
    if (!isMore) rest.shift();
    return { deleted, isMore: rest.length > 0 };
  };
}

/** Deletes those that no unfinished task still has to send to a backend. Such a task is of the same person. */
async function deleteUnneeded(database: Database, ids: readonly string[]): Promise<number> {
  const owners = await Asset.query(database)
    .distinct('userId')
    .findByIds([...ids]);
  const needed = await findNeededImages(
    database,
    owners.map(({ userId }) => userId),
  );
  const neededIds = new Set(needed.map(({ assetId }) => assetId));
  return Asset.query(database)
    .findByIds(ids.filter((id) => !neededIds.has(id)))
    .where({ favourite: false })
    .delete();
}
