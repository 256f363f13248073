import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import { Asset } from '../db/models/asset.ts';
import { openStatuses, Task, terminalStatuses } from '../db/models/task.ts';

/*
 * What may grow without end is cut here. Only rows are deleted: the bytes of assets follow by the sweep over stored
 * objects that nothing names, so a process that dies in between leaves at worst an object for that sweep. The ledger
 * is never cut.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Small enough that a batch never holds its locks for long. */
const batchSize = 1_000;

export interface RetentionPolicy {
  /** Days after which uploads and outputs go. */
  assetDays: number;
  /** Days after which finished tasks go; at least `assetDays`. */
  taskDays: number;
}

/** Rows deleted, by table. */
export type RetentionResult = Record<
  'assets' | 'tasks' | 'outbox' | 'idempotency' | 'webhook_deliveries' | 'sessions' | 'link_codes',
  number
>;

interface Deps {
  database: Database;
  clock: Clock;
}

/** Runs once; safe to run at the same time elsewhere and to be cut off anywhere. */
export async function applyRetention(
  deps: Deps,
  policy: RetentionPolicy,
  signal?: AbortSignal,
): Promise<RetentionResult> {
  const nowMs = deps.clock.now().getTime();
  const before = (ms: number) => new Date(nowMs - ms);
  const { database } = deps;
  return {
    assets: await deleteAssets(deps, before(policy.assetDays * dayMs), before(hourMs), signal),
    tasks: await deleteInBatches(signal, () =>
      database('tasks')
        .whereIn('status', terminalStatuses)
        .where('finishedAt', '<', before(Math.max(policy.taskDays, policy.assetDays) * dayMs))
        // A slot that is still taken shows that a backend has not let go of a cancelled task.
        .whereNotExists(database('slots').whereRaw('slots.task_id = tasks.id'))
        .limit(batchSize)
        .delete(),
    ),
    outbox: await deleteInBatches(signal, () =>
      database('outbox')
        .where('sentAt', '<', before(7 * dayMs))
        .limit(batchSize)
        .delete(),
    ),
    idempotency: await deleteInBatches(signal, () =>
      database('idempotency').where('createdAt', '<', before(dayMs)).limit(batchSize).delete(),
    ),
    webhook_deliveries: await deleteInBatches(signal, () =>
      database('webhook_deliveries')
        .where((ended) => ended.whereNotNull('deliveredAt').orWhereNotNull('failedAt'))
        .where('dueAt', '<', before(7 * dayMs))
        .limit(batchSize)
        .delete(),
    ),
    sessions: await deleteInBatches(signal, () =>
      database('sessions')
        .where('expiresAt', '<', before(7 * dayMs))
        .limit(batchSize)
        .delete(),
    ),
    link_codes: await deleteInBatches(signal, () =>
      database('link_codes').where('expiresAt', '<', before(dayMs)).limit(batchSize).delete(),
    ),
  };
}

async function deleteInBatches(
  signal: AbortSignal | undefined,
  deleteBatch: () => PromiseLike<number>,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    signal?.throwIfAborted();
    const count = await deleteBatch();
    deleted += count;
    if (count < batchSize) return deleted;
  }
}

/** Expired and deleted assets, but none that an unfinished task still has to send to a backend. */
async function deleteAssets(
  { database }: Deps,
  createdBefore: Date,
  deletedBefore: Date,
  signal?: AbortSignal,
): Promise<number> {
  const needed = await listNeededAssets(database);
  let deleted = 0;
  let afterId = '';
  for (;;) {
    signal?.throwIfAborted();
    const due = await Asset.query(database)
      .select('id')
      .where('id', '>', afterId)
      .where((either) =>
        either.where('createdAt', '<', createdBefore).orWhere('deletedAt', '<', deletedBefore),
      )
      .orderBy('id')
      .limit(batchSize);
    const ids = due.map(({ id }) => id).filter((id) => !needed.has(id));
    if (ids.length > 0) deleted += await Asset.query(database).whereIn('id', ids).delete();
    const last = due.at(-1);
    if (!last || due.length < batchSize) return deleted;
    afterId = last.id;
  }
}

/** The inputs of unfinished tasks; the bound on open tasks bounds this too. */
async function listNeededAssets(database: Database): Promise<Set<string>> {
  const tasks = await Task.query(database).select('images').whereIn('status', openStatuses);
  return new Set(tasks.flatMap(({ images }) => Object.values(images).map(({ assetId }) => assetId)));
}
