import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Task } from '../../ground/db/models/task.ts';
import { Identity } from '../../ground/db/models/user.ts';
import { isId } from '../../ground/runtime/ids.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import type { Provenance } from '../../media/metadata/provenance.ts';
import { DamagedFile } from '../../media/metadata/rewrittenFile.ts';
import { readProvenance } from '../../media/readProvenance.ts';
import { createTemporaryFile } from '../../media/temporaryFile.ts';
import { ToolRefusal } from '../../media/videos/runTool.ts';

export interface OriginDeps {
  database: Database;
  storage: Pick<Storage, 'open'>;
  uploads: { tempDirectory: string };
}

/**
 * Where a picture comes from.
 * - `recorded`: these very bytes are a result of that task, by the platform's own record;
 * - `claimed`: only the file says so, and anyone can write that into a file.
 */
export type Origin =
  | { kind: 'recorded'; task: Task; madeBy: Pick<Identity, 'provider' | 'subject'>[] }
  | { kind: 'claimed'; provenance: Provenance };

const readTimeoutMs = 15_000;

/** The origin of an asset; undefined if it is not ours. */
export async function findOrigin(deps: OriginDeps, asset: Asset): Promise<Origin | undefined> {
  if (asset.taskId !== null) return findRecorded(deps.database, asset.taskId);
  const provenance = await readStored(deps, asset);
  if (!provenance) return undefined;
  return (
    (await findResult(deps.database, provenance.taskId, asset.sha256)) ?? { kind: 'claimed', provenance }
  );
}

/** A copy of our picture has the same bytes, or it is another picture. */
async function findResult(database: Database, taskId: string, sha256: string): Promise<Origin | undefined> {
  if (!isId(taskId)) return undefined;
  const result = await Asset.query(database).select('id').where({ taskId, sha256 }).first();
  return result && findRecorded(database, taskId);
}

async function findRecorded(database: Database, taskId: string): Promise<Origin | undefined> {
  const task = await Task.query(database).findById(taskId);
  if (!task) return undefined;
  // Names at other services are nobody else's business.
  const madeBy = await Identity.query(database).where({ userId: task.userId, provider: 'discord' });
  return { kind: 'recorded', task, madeBy };
}

async function readStored(deps: OriginDeps, asset: Asset): Promise<Provenance | undefined> {
  using opened = await deps.storage.open(asset.storageKey);
  if (!opened) return undefined;
  const signal = AbortSignal.timeout(readTimeoutMs);
  await using copy = await createTemporaryFile(deps.uploads.tempDirectory);
  await pipeline(opened.stream, createWriteStream(copy.path), { signal });
  try {
    return await readProvenance(copy.path, { signal });
  } catch (error) {
    // A picture may be good enough to be shown and still be damaged.
    if (error instanceof DamagedFile || error instanceof ToolRefusal) return undefined;
    throw error;
  }
}
