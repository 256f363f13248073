import type { IdempotencyClaim } from '../../ground/db/idempotency.ts';
import { type LinkDeps, openLink } from './openLink.ts';
import { findTaken, type TakenUpload, takeUpload, type UploadDeps } from './uploadAsset.ts';

export interface ImportRequest {
  userId: string;
  url: string;
  idempotency?: Pick<IdempotencyClaim, 'key' | 'bodyHash'>;
}

/** Below the minute that a proxy waits for an answer, with time left to look at the file. */
const timeoutMs = 25_000;

/**
 * Takes a picture or film from a link, as an upload of this person. What was taken under the same Idempotency-Key is not
 * fetched again.
 * @param signal ends it when the person has gone
 * @throws Problem everything `openLink` and `takeUpload` throw.
 */
export async function importAsset(
  deps: UploadDeps & LinkDeps,
  { userId, url, idempotency }: ImportRequest,
  signal: AbortSignal,
): Promise<TakenUpload> {
  const earlier = idempotency && (await findTaken(deps.database, { userId, ...idempotency }));
  if (earlier) return { asset: earlier, replayed: true };
  const { limitBytes } = deps.uploads;
  await using link = await openLink(deps, url, { limitBytes, timeoutMs, signal });
  const claim = idempotency && { key: idempotency.key, bodyHashOf: () => idempotency.bodyHash };
  return takeUpload(deps, userId, link.body, link.signal, { claim }).catch((error: unknown) => {
    throw link.explain(error);
  });
}
