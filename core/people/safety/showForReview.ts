import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Quarantine, Report } from '../../ground/db/models/quarantine.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId } from '../../ground/runtime/ids.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { pictureSandbox } from '../../media/sandbox/pictureSandbox.ts';
import { createThumbnailOf } from '../../media/thumbnail.ts';
import { targetOf } from './reports.ts';

export interface ReviewDeps {
  database: Database;
  clock: Clock;
  storage: Pick<Storage, 'open'>;
  uploads: { tempDirectory: string };
}

/** A picture made for moderators; of a video its first frame. */
export interface ReviewPicture {
  mime: 'image/webp';
  bytes: Buffer;
}

const timeoutMs = 60_000;
/** Shapes and colours stay, faces and details do not. */
const blurred = { boxPixels: 256, sigma: 12 };
const clearPixels = 1_600;

/**
 * What moderators are shown of an asset at first.
 * @throws Problem `not-found` for an asset that nobody reported and nothing withheld.
 */
export async function showBlurred(deps: ReviewDeps, assetId: string): Promise<ReviewPicture> {
  const shrunk = await draw(deps, await requireReviewed(deps.database, assetId), blurred.boxPixels);
  const bytes = await pictureSandbox.run('blur', {}, shrunk, blurred);
  return { mime: 'image/webp', bytes };
}

/**
 * The same, clear. The audit has who looked, and why, before anything is read.
 * @throws Problem `not-found`.
 */
export async function showClear(
  deps: ReviewDeps,
  actor: Actor,
  assetId: string,
  reason: string,
): Promise<ReviewPicture> {
  const asset = await requireReviewed(deps.database, assetId);
  const data = { reason, ...noteKeyOf(actor) };
  const act = { actorId: actor.id, action: 'asset.view' as const, target: `asset:${assetId}`, data };
  await recordAct(deps, deps.database, act);
  return { mime: 'image/webp', bytes: await draw(deps, asset, clearPixels) };
}

const gone = () => new Problem('not-found', 'There is no such asset among what was reported or withheld.');

async function requireReviewed(database: Database, assetId: string): Promise<Asset> {
  const asset = isId(assetId) ? await Asset.query(database).findById(assetId) : undefined;
  if (!asset || asset.deletedAt !== null) throw gone();
  const { storageKey, taskId } = asset;
  const targets = [targetOf({ assetId }), ...(taskId === null ? [] : [targetOf({ taskId })])];
  const known =
    (await Quarantine.query(database).where({ storageKey }).select('id').first()) ??
    (await Report.query(database).whereIn('target', targets).select('id').first());
  if (!known) throw gone();
  return asset;
}

async function draw(deps: ReviewDeps, asset: Asset, boxPixels: number): Promise<Buffer> {
  using opened = await deps.storage.open(asset.storageKey);
  if (!opened) throw new Problem('not-found', 'This file is no longer stored.');
  const signal = AbortSignal.timeout(timeoutMs);
  return await createThumbnailOf(opened, { signal, boxPixels, tempDirectory: deps.uploads.tempDirectory });
}
