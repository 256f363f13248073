import { createHmac, timingSafeEqual } from 'node:crypto';
import { type SignedParts, signatureScheme, toSignedText } from '@star-graph/workflows/shared/signedText';
import type { Database } from '../../../ground/db/connect.ts';
import type { KeyRing } from '../../../ground/encryption/keyRing.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import { nonceKey } from '../../../ground/redis/redisKeys.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { CredentialCache } from '../credentialCache.ts';
import { type ApiKeyFacts, findApiKeyFacts } from './apiKeys.ts';
import { openServiceKeySecret } from './serviceKeySecret.ts';

/*
 * Requests of service keys that sign. A request counts once: its nonce is used up before anything is done for it, and a
 * process that dies after that has refused it. Its client signs it anew, with another nonce.
 */

export interface SignatureDeps {
  database: Database;
  clock: Clock;
  credentials: Pick<CredentialCache, 'read'>;
  keyRing: KeyRing;
  redis: Redis;
  prefix: string;
}

const toleranceSeconds = 300;
/** From the earliest moment at which a timestamp is accepted to the last, and a minute for clocks that differ. */
const nonceLifeSeconds = 2 * toleranceSeconds + 60;
const signaturePattern =
  /^Star-Graph-HMAC +([a-z0-9]{8})\.([0-9]{1,12})\.([A-Za-z0-9_-]{16,64})\.([0-9a-f]{64})$/i;

export const isSignature = (authorization: string): boolean =>
  authorization.toLowerCase().startsWith(`${signatureScheme.toLowerCase()} `);

/**
 * Proves a signed request and uses up its nonce. The body is compared with its digest by who reads it.
 * @returns the id of the key.
 * @throws Problem `unauthenticated` for a signature that is wrong, old or used; `unavailable` while that cannot be
 * known.
 */
export async function proveSignature(
  deps: SignatureDeps,
  authorization: string,
  request: Omit<SignedParts, 'timestamp' | 'nonce'>,
): Promise<string> {
  const [, keyId, timestamp, nonce, given] = signaturePattern.exec(authorization) ?? [];
  if (keyId === undefined || timestamp === undefined || nonce === undefined || given === undefined)
    throw new Problem(
      'unauthenticated',
      `Send Authorization: ${signatureScheme} and key id, timestamp, nonce and signature, joined by dots.`,
    );
  const facts = await deps.credentials.read<ApiKeyFacts>({ kind: 'key', id: keyId }, () =>
    findApiKeyFacts(deps, keyId),
  );
  if (facts?.signingSecret === undefined) throw wrongSignature();
  const secret = openServiceKeySecret(deps.keyRing, 'signing', keyId, facts.signingSecret);
  const expected = createHmac('sha256', secret)
    .update(toSignedText({ ...request, timestamp, nonce }))
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(given, 'hex'))) throw wrongSignature();
  if (Math.abs(deps.clock.now().getTime() / 1_000 - Number(timestamp)) > toleranceSeconds)
    throw new Problem(
      'unauthenticated',
      'The request was signed more than five minutes ago, or in the future. Set your clock and sign it anew.',
    );
  await useNonce(deps, keyId, nonce);
  return keyId;
}

async function useNonce({ redis, prefix }: SignatureDeps, keyId: string, nonce: string): Promise<void> {
  const key = nonceKey(prefix, keyId, nonce);
  const used = await redis.set(key, '1', 'EX', nonceLifeSeconds, 'NX').catch((cause: unknown) => {
    throw new Problem(
      'unavailable',
      'Signed requests cannot be checked for replays at the moment. Sign it anew and send it again soon.',
      { cause },
    );
  });
  if (used === null)
    throw new Problem('unauthenticated', 'This signature was used. Sign each request with a new nonce.');
}

const wrongSignature = () =>
  new Problem(
    'unauthenticated',
    'The signature does not work: the request differs from what was signed, or its key is wrong, was revoked or does not sign.',
  );
