import type { Asset } from '@star-graph/core/ground/db/models/asset';
import { Problem } from '@star-graph/core/ground/errors';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { type Encoding, pictureFormats } from '@star-graph/core/media/pictureFormats';
import { z } from 'zod';
import type { DoorDeps } from './doorDeps.ts';

/** Links last an hour, as those of assets do. */
const linkLifeSeconds = 3_600;
const purpose = 'door result';
const macPattern = /^[0-9a-f]{64}$/;

const claimsSchema = z.object({
  assetId: z.string(),
  userId: z.string(),
  format: z.enum(pictureFormats),
  quality: z.int().min(1).max(100).optional(),
  /** Unix time. */
  expires: z.int(),
});

type Deps = Pick<DoorDeps, 'keyRing' | 'clock' | 'database' | 'publicUrl'>;

/** The result that a link opens, and how it is to be encoded. */
interface LinkedResult {
  asset: Asset;
  encoding: Encoding;
  lifeSeconds: number;
}

/**
 * The text after the path of a link. An object store refuses its own signed links where a client sends an Authorization
 * header too, as some do with every request: these links lead to this server, which ignores it.
 * @throws Problem `invalid-params` where no key signs.
 */
export function signResult(
  { keyRing, clock }: Pick<Deps, 'keyRing' | 'clock'>,
  { assetId, userId }: { assetId: string; userId: string },
  encoding: Encoding,
): string {
  if (!keyRing.hasKey)
    throw new Problem('invalid-params', 'Links to results need DATA_KEYS, which the operator has not set.', {
      errors: [{ pointer: '/response_format', message: 'Choose b64_json.' }],
    });
  const expires = Math.floor(clock.now().getTime() / 1_000) + linkLifeSeconds;
  const claims = JSON.stringify({ assetId, userId, ...encoding, expires });
  const { kid, mac } = keyRing.sign(claims, purpose);
  return [Buffer.from(claims).toString('base64url'), kid, mac].join('.');
}

/** @throws Problem `not-found` for a link that was not signed here or has expired, and for a deleted result. */
export async function openResult({ keyRing, clock, database }: Deps, token: string): Promise<LinkedResult> {
  const [encoded = '', kid = '', mac = ''] = token.split('.');
  const claims = Buffer.from(encoded, 'base64url').toString();
  if (
    !macPattern.test(mac) ||
    !keyRing.kids.includes(kid) ||
    !keyRing.isSigned(claims, purpose, { kid, mac })
  )
    throw deadLink();
  const { assetId, userId, expires, ...encoding } = claimsSchema.parse(JSON.parse(claims));
  const lifeSeconds = expires - Math.floor(clock.now().getTime() / 1_000);
  if (lifeSeconds <= 0) throw deadLink();
  return { asset: await requireAsset(database, assetId, userId), encoding, lifeSeconds };
}

const deadLink = () => new Problem('not-found', 'This link is not valid, or has expired.');
