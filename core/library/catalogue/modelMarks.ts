import { createHash } from 'node:crypto';
import type { ModelRequirement } from '@star-graph/workflows';
import { again, type Database, type Transaction } from '../../ground/db/connect.ts';
import { ModelMark } from '../../ground/db/models/backend.ts';
import { filesHalf } from './storedInventory.ts';

/** Model files that do not run on one backend. Of several, each may run without the others. */
interface FoundUnfit {
  backendId: string;
  models: readonly ModelRequirement[];
  /** The node's message. */
  reason: string;
  taskId: string;
}

/** A file that is still being downloaded is listed already, so the first time is short; then it doubles. */
const firstSeconds = 600;
const mostDoublings = 7;
const rememberedDays = 7;

const sorted = (models: readonly ModelRequirement[]): ModelRequirement[] =>
  models
    .map(({ folder, name }) => ({ folder, name }))
    .sort((a, b) => (`${a.folder}/${a.name}` < `${b.folder}/${b.name}` ? -1 : 1));

const keyOf = (models: readonly ModelRequirement[]): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(models)))
    .digest('hex');

/**
 * Keeps the models away from this backend. A mark that is found again while it holds does not change. Found again
 * afterwards, with the same files, it holds twice as long.
 */
export async function markUnfit(
  { database }: { database: Database },
  { backendId, models, reason, taskId }: FoundUnfit,
): Promise<void> {
  const seconds = `${firstSeconds} * (1 << LEAST(strikes - 1, ${mostDoublings}))`;
  await again(() =>
    // The order matters: later columns are computed from the new values of earlier ones.
    database.raw(
      `INSERT INTO model_marks
         (backend_id, models_key, models, reason, inventory_digest, task_id, strikes, created_at, until_at)
       SELECT backend_id, ?, ?, ?, digest, ?, 1, NOW(3), NOW(3) + INTERVAL ${firstSeconds} SECOND
         FROM inventories WHERE backend_id = ?
       ON DUPLICATE KEY UPDATE
         strikes = IF(${filesHalf('model_marks.inventory_digest')} <> ${filesHalf('VALUES(inventory_digest)')}, 1,
                      IF(model_marks.until_at > NOW(3), strikes, strikes + 1)),
         until_at = NOW(3) + INTERVAL ${seconds} SECOND,
         inventory_digest = VALUES(inventory_digest), reason = VALUES(reason),
         task_id = VALUES(task_id), created_at = NOW(3)`,
      [keyOf(models), JSON.stringify(sorted(models)), reason.slice(0, 500), taskId, backendId],
    ),
  );
}

/** The present marks. */
export async function listMarks(database: Database, backendIds?: readonly string[]): Promise<ModelMark[]> {
  const query = ModelMark.query(database)
    .join('inventories', 'inventories.backendId', 'modelMarks.backendId')
    .whereRaw(`${filesHalf('inventories.digest')} = ${filesHalf('model_marks.inventory_digest')}`)
    .whereRaw('until_at > NOW(3)')
    .select('modelMarks.*')
    .orderBy(['modelMarks.backendId', 'modelMarks.modelsKey']);
  if (backendIds) query.whereIn('modelMarks.backendId', [...backendIds]);
  return await query;
}

/** Counts the backends on which these models are marked now. */
export async function countMarked(database: Database, models: readonly ModelRequirement[]): Promise<number> {
  const key = keyOf(models);
  return (await listMarks(database)).filter(({ modelsKey }) => modelsKey === key).length;
}

/** An administrator mended the files: they are tried again at once. @returns how many marks were removed. */
export const clearMarks = async (trx: Transaction, backendId: string): Promise<number> =>
  await ModelMark.query(trx).where({ backendId }).delete();

/** Marks that no longer count, not even for the length of the next one. */
export const forgetOldMarks = (database: Database): Promise<number> =>
  again(
    async () =>
      await ModelMark.query(database).whereRaw(`until_at < NOW(3) - INTERVAL ${rememberedDays} DAY`).delete(),
  );
