import { isDuplicateEntry } from '../../ground/db/connect.ts';
import { findRecord, type IdempotencyClaim } from '../../ground/db/idempotency.ts';
import type { Asset } from '../../ground/db/models/asset.ts';
import { IdempotencyRecord } from '../../ground/db/models/task.ts';
import { requireAsset } from './assets.ts';
import { type LinkDeps, openLink } from './openLink.ts';
import { type UploadDeps, type UploadOptions, uploadAsset } from './uploadAsset.ts';

export interface ImportRequest {
  userId: string;
  url: string;
  idempotency?: Pick<IdempotencyClaim, 'key' | 'bodyHash'>;
}

interface Imported {
  asset: Asset;
  /** The request was made before under the same Idempotency-Key; nothing was fetched now. */
  replayed: boolean;
}

/** Below the minute that a proxy waits for an answer, with time left to look at the file. */
const timeoutMs = 25_000;

/**
 * Takes a picture or film from a link, as an upload of this person. Asset and key are written together: a process that
 * dies before has taken nothing, and the same key then fetches it again.
 * @param signal ends it when the person has gone
 * @throws Problem everything `openLink` and `uploadAsset` throw; `idempotency-conflict`; `not-found` where the key's
 * asset was deleted meanwhile.
 */
export async function importAsset(
  deps: UploadDeps & LinkDeps,
  { userId, url, idempotency }: ImportRequest,
  signal: AbortSignal,
): Promise<Imported> {
  const claim = idempotency && { userId, ...idempotency };
  const earlier = claim && (await findImported(deps, claim));
  if (earlier) return { asset: earlier, replayed: true };
  const { limitBytes } = deps.uploads;
  await using link = await openLink(deps, url, { limitBytes, timeoutMs, signal });
  try {
    const record: UploadOptions['record'] = async (trx, { id, createdAt }) => {
      if (!claim) return;
      const { key: idempotencyKey, bodyHash } = claim;
      await trx(IdempotencyRecord.tableName).insert({
        userId,
        idempotencyKey,
        bodyHash,
        taskId: null,
        assetId: id,
        createdAt,
      });
    };
    const asset = await uploadAsset(deps, userId, link.body, link.signal, { record });
    return { asset, replayed: false };
  } catch (error) {
    // A twin was quicker: its asset is the one.
    const twin = claim && isDuplicateEntry(error) && (await findImported(deps, claim));
    if (twin) return { asset: twin, replayed: true };
    throw link.explain(error);
  }
}

async function findImported(
  { database }: Pick<UploadDeps, 'database'>,
  claim: IdempotencyClaim,
): Promise<Asset | undefined> {
  const record = await findRecord(database, claim);
  return record?.assetId ? requireAsset(database, record.assetId, claim.userId) : undefined;
}
