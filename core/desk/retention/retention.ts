import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { requireDatabaseTime } from '../../ground/db/databaseTime.ts';
import { terminalStatuses } from '../../ground/db/models/task.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { withdrawalMs } from '../../people/guilds/gallery.ts';
import { noticeLifeMs } from '../../people/identity/discordNotices.ts';
import { cutAssets, expiredAssets } from './cutAssets.ts';
import { type AgeCut, batchSize, type CutBatch, cutByAge, cutOldest } from './cutByAge.ts';
import { findHeldCut, type HeldCut, keepHeld } from './heldCuts.ts';

/*
 * Tables that would grow for ever are cut here, each on its own: a failure in one does not keep the others. Only rows
 * are deleted. The bytes of assets follow by the sweep over objects that no row names, so a process that dies in
 * between leaves at worst an object for that sweep. The ledger is never cut. Ages are by the database's clock.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** For one table in one run: a long backlog delays the other tables by seconds, not by hours. */
const batchesARun = 100;

export interface RetentionPolicy {
  /** Days after which uploads and outputs are deleted. */
  assetDays: number;
  /** Days after which finished tasks are deleted; at least `assetDays`. */
  taskDays: number;
  /** Of the files of people and of their tasks, most that a run may delete unasked. */
  mostPercent: number;
}

const tables = [
  'asset_shares',
  'collection_links',
  'assets',
  'tasks',
  'moved_tasks',
  'rentals',
  'outbox',
  'idempotency',
  'webhook_deliveries',
  'webhook_events',
  'webhook_old_secrets',
  'sessions',
  'sign_in_tries',
  'discord_notices',
  'link_codes',
  'sign_in_tickets',
  'identity_codes',
  'password_resets',
  'passkey_challenges',
  'email_verifications',
  'member_days',
  'reports',
  'person_days',
  'key_days',
  'program_codes',
  'program_tokens',
  'program_registrations',
  'gallery_entries',
  'publication_pairs',
  'payment_events',
  'statistics_tasks',
  'statistics_credits',
  'statistics_queue',
  'backups',
  'bot_shards',
  'run_times',
  'backends',
] as const;
type RetentionTable = (typeof tables)[number];

interface RetentionResult {
  /** Rows deleted, by table. */
  deleted: Partial<Record<RetentionTable, number>>;
  /** Tables with more due rows: the next run need not wait. */
  unfinished: RetentionTable[];
  /** Tables that could not be cut. */
  failed: RetentionTable[];
  /** Tables of which a larger share would go than may: nothing of them was deleted. */
  held: HeldCut[];
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
}

/** Runs once. It may run at the same time elsewhere, and may be cut off anywhere. */
export async function applyRetention(
  deps: Deps,
  policy: RetentionPolicy,
  signal?: AbortSignal,
): Promise<RetentionResult> {
  const nowMs = (await requireDatabaseTime(deps)).getTime();
  const cuts = describeCuts(deps.database, nowMs, policy);
  const result: RetentionResult = { deleted: {}, unfinished: [], failed: [], held: [] };
  for (const table of tables) {
    signal?.throwIfAborted();
    result.deleted[table] = 0;
    try {
      const held = await findHeld(deps.database, table, nowMs, policy);
      if (held) {
        result.held.push(held);
        continue;
      }
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
  await keepHeld(deps.database, result.held);
  return result;
}

/** What people made is gone for good once it is cut, so its cuts are looked at before. */
async function findHeld(
  database: Database,
  table: RetentionTable,
  nowMs: number,
  { assetDays, taskDays, mostPercent }: RetentionPolicy,
): Promise<HeldCut | undefined> {
  const before = (days: number) => new Date(nowMs - days * dayMs);
  if (table === 'assets') return findHeldCut(database, expiredAssets(before(assetDays), nowMs), mostPercent);
  if (table !== 'tasks') return undefined;
  return findHeldCut(database, endedTasks(before(Math.max(taskDays, assetDays))), mostPercent);
}

function describeCuts(
  database: Database,
  nowMs: number,
  policy: RetentionPolicy,
): Record<RetentionTable, CutBatch> {
  const before = (ms: number) => new Date(nowMs - ms);
  return {
    asset_shares: cutOldest(database, 'asset_shares', 'expiresAt', before(0)),
    collection_links: cutOldest(database, 'collection_links', 'expiresAt', before(0)),
    assets: cutAssets(database, before(policy.assetDays * dayMs), nowMs),
    tasks: cutTasks(database, before(Math.max(policy.taskDays, policy.assetDays) * dayMs)),
    rentals: cutOldest(database, 'rentals', 'endedAt', before(90 * dayMs)),
    moved_tasks: cutMoved(database),
    outbox: cutOldest(database, 'outbox', 'sentAt', before(7 * dayMs)),
    idempotency: cutOldest(database, 'idempotency', 'createdAt', before(dayMs)),
    webhook_deliveries: cutDeliveries(database, before(7 * dayMs)),
    webhook_events: cutOldest(database, 'webhook_events', 'failedAt', before(7 * dayMs)),
    webhook_old_secrets: cutOldest(database, 'webhook_old_secrets', 'endsAt', before(0)),
    sessions: cutOldest(database, 'sessions', 'expiresAt', before(7 * dayMs)),
    sign_in_tries: cutOldest(database, 'sign_in_tries', 'at', before(90 * dayMs)),
    discord_notices: cutOldest(database, 'discord_notices', 'at', before(noticeLifeMs)),
    link_codes: cutOldest(database, 'link_codes', 'expiresAt', before(dayMs)),
    passkey_challenges: cutOldest(database, 'passkey_challenges', 'expiresAt', before(hourMs)),
    sign_in_tickets: cutOldest(database, 'sign_in_tickets', 'expiresAt', before(dayMs)),
    password_resets: cutOldest(database, 'password_resets', 'expiresAt', before(dayMs)),
    email_verifications: cutOldest(database, 'email_verifications', 'expiresAt', before(dayMs)),
    identity_codes: cutOldest(database, 'identity_codes', 'expiresAt', before(dayMs)),
    member_days: cutOldest(database, 'member_days', 'day', before(2 * dayMs)),
    payment_events: cutOldest(database, 'payment_events', 'receivedAt', before(30 * dayMs)),
    reports: cutOldest(database, 'reports', 'createdAt', before(policy.taskDays * dayMs)),
    statistics_tasks: cutHours(database, 'statistics_tasks', before(92 * dayMs)),
    statistics_credits: cutHours(database, 'statistics_credits', before(92 * dayMs)),
    statistics_queue: cutHours(database, 'statistics_queue', before(92 * dayMs)),
    backups: cutOldest(database, 'backups', 'endedAt', before(366 * dayMs)),
    bot_shards: cutShards(database, before(dayMs)),
    // Workflows and servers that had no run since are learned anew.
    run_times: cutOldest(database, 'run_times', 'updatedAt', before(92 * dayMs)),
    backends: cutBackends(database, before(30 * dayMs)),
    person_days: cutOldest(database, 'person_days', 'day', before(2 * dayMs)),
    program_codes: cutOldest(database, 'program_codes', 'expiresAt', before(dayMs)),
    // A program that has not come for 90 days is out.
    program_tokens: cutOldest(database, 'program_tokens', 'createdAt', before(91 * dayMs)),
    program_registrations: cutOldest(database, 'program_registrations', 'expiresAt', before(0)),
    key_days: cutOldest(database, 'key_days', 'day', before(2 * dayMs)),
    // Then a person may be asked about the two again.
    publication_pairs: cutOldest(database, 'publication_pairs', 'createdAt', before(366 * dayMs)),
    gallery_entries: cutGallery(database, before(policy.assetDays * dayMs), before(withdrawalMs)),
  };
}

/**
 * Discovered servers that have gone, such as pods, of which no attempt is kept. Those that somebody entered or removed
 * stay as their decision.
 */
const cutBackends =
  (database: Database, before: Date): CutBatch =>
  () =>
    inTransaction(database, async (trx) => {
      const gone: string[] = await trx('backends')
        .whereNotNull('discoveredBy')
        .where('removedAt', '<', before)
        .whereRaw('(SELECT COUNT(*) FROM attempts WHERE attempts.backend_id = backends.id) = 0')
        .whereNotExists(trx('slots').whereRaw('slots.backend_id = backends.id'))
        .limit(batchSize)
        .forUpdate()
        .skipLocked()
        .pluck('id');
      if (gone.length === 0) return { deleted: 0, isMore: false };
      for (const table of ['inventories', 'warm_ups', 'pool_agents', 'model_fetches'])
        await trx(table).whereIn('backendId', gone).delete();
      const deleted = await trx('backends').whereIn('id', gone).delete();
      return { deleted, isMore: deleted === batchSize };
    });

/** Those of bots whose key was revoked. A day later nothing reports by it any more, so no row comes back. */
const cutShards =
  (database: Database, before: Date): CutBatch =>
  async () => {
    const deleted = await database('bot_shards')
      .whereRaw(
        `(SELECT COUNT(*) FROM api_keys WHERE api_keys.id = bot_shards.service_key_id
           AND (api_keys.revoked_at IS NULL OR api_keys.revoked_at >= ?)) = 0`,
        [before],
      )
      .limit(batchSize)
      .delete();
    return { deleted, isMore: deleted === batchSize };
  };

/** The hours of a quarter; what they made of their days stays. */
const cutHours =
  (database: Database, table: string, before: Date): CutBatch =>
  async () => {
    const deleted = await database(table)
      .where({ span: 'hour' })
      .where('at', '<', before)
      .limit(batchSize)
      .delete();
    return { deleted, isMore: deleted === batchSize };
  };

/*
 * Rows of large tables that others name are counted one by one: MariaDB may turn NOT EXISTS into a set of all that are
 * there, and would read the whole table for each batch.
 */

/** A favourite stays with what tells how it was made, also while its deletion may be taken back. */
const withoutFavourites = (query: Knex.QueryBuilder): Knex.QueryBuilder =>
  query.whereRaw(
    `(SELECT COUNT(*) FROM assets WHERE assets.task_id = tasks.id
       AND (assets.favourite OR assets.was_favourite)) = 0`,
  );

const endedTasks = (before: Date): AgeCut => ({
  table: 'tasks',
  column: 'finishedAt',
  before,
  skip: withoutFavourites,
});

const cutTasks = (database: Database, before: Date): CutBatch =>
  cutByAge(database, endedTasks(before), (ids) =>
    withoutFavourites(database('tasks').whereIn('id', ids))
      .whereIn('status', terminalStatuses)
      // A slot that is still taken means that a backend still holds a cancelled task.
      .whereNotExists(database('slots').whereRaw('slots.task_id = tasks.id'))
      .delete(),
  );

/** What has ended waits no more. Two reads: the rows here are few, and a join might begin with all that has ended. */
const cutMoved =
  (database: Database): CutBatch =>
  async () => {
    const moved: { taskId: string }[] = await database('moved_tasks').select('taskId');
    const ended: { id: string }[] = await database('tasks')
      .select('id')
      .whereIn(
        'id',
        moved.map(({ taskId }) => taskId),
      )
      .whereIn('status', terminalStatuses);
    const deleted = await database('moved_tasks')
      .whereIn(
        'taskId',
        ended.map(({ id }) => id),
      )
      .delete();
    return { deleted, isMore: false };
  };

const cutDeliveries = (database: Database, before: Date): CutBatch =>
  cutByAge(database, { table: 'webhook_deliveries', column: 'dueAt', before }, (ids) =>
    database('webhook_deliveries')
      .whereIn('id', ids)
      .where((ended) => ended.whereNotNull('deliveredAt').orWhereNotNull('failedAt'))
      .delete(),
  );

/** Gallery entries of deleted results. While a result exists, its entry keeps it from being posted twice. */
const cutGallery = (database: Database, before: Date, withdrawnBefore: Date): CutBatch => {
  const skip = (query: Knex.QueryBuilder): Knex.QueryBuilder =>
    query
      .whereRaw('(SELECT COUNT(*) FROM assets WHERE assets.id = gallery_entries.asset_id) = 0')
      .where((over) => over.whereNot({ state: 'withdrawing' }).orWhere('workAt', '<', withdrawnBefore));
  return cutByAge(database, { table: 'gallery_entries', column: 'createdAt', before, skip }, (ids) =>
    skip(database('gallery_entries').whereIn('id', ids)).delete(),
  );
};
