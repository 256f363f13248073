import { createHash } from 'node:crypto';
import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { filesOf } from '@star-graph/workflows/params/inputFacts';
import type { Database } from '../../../ground/db/connect.ts';
import { Asset } from '../../../ground/db/models/asset.ts';
import type { TaskImage } from '../../../ground/db/models/task.ts';
import { selectPrepared } from '../../../ground/db/prepared.ts';

/** JSON with sorted keys, so that equal values have equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What a result depends on: workflow version, params with their seed, and the bytes of the inputs. */
export function cacheKeyOf(
  workflow: Pick<Workflow, 'name' | 'version' | 'imageParams' | 'videoParams' | 'audioParams'>,
  params: WorkflowParams,
  images: Record<string, TaskImage>,
): string {
  const values = { ...params };
  for (const param of filesOf(workflow)) values[param] = images[param]?.sha256 ?? null;
  const text = canonicalJson({ workflow: workflow.name, version: workflow.version, values });
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The stored outputs of an equal request of the same person, or undefined. A result of which any file was deleted or
 * quarantined never serves.
 */
export async function findCachedOutputs(
  database: Database,
  userId: string,
  cacheKey: string,
): Promise<Asset[] | undefined> {
  const [task] = await selectPrepared(
    database,
    `SELECT id FROM tasks WHERE user_id = ? AND cache_key = ? AND status = 'succeeded' AND cached = FALSE
     ORDER BY id DESC LIMIT 1`,
    [userId, cacheKey],
  );
  if (!task) return undefined;
  const outputs = await Asset.query(database)
    .where({ taskId: String(task.id) })
    .orderBy('position');
  const whole = outputs.every((asset) => asset.deletedAt === null && asset.quarantinedAt === null);
  return outputs.length > 0 && whole ? outputs : undefined;
}
