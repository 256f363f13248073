import type { Database } from '../../../ground/db/connect.ts';
import { type ChallengePurpose, PasskeyChallenge } from '../../../ground/db/models/secondFactor.ts';
import { createSecret, hashSecret } from '../../../ground/encryption/secrets.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

/** What a challenge is good for: one purpose, and one person where that is known. */
interface ChallengeUse {
  purpose: ChallengePurpose;
  userId: string | null;
}

export const challengeLifeMs = 5 * 60_000;

/** @returns 32 random bytes, base64url. */
export async function createChallenge(deps: Deps, use: ChallengeUse): Promise<string> {
  const challenge = createSecret();
  const createdAt = deps.clock.now();
  const expiresAt = new Date(createdAt.getTime() + challengeLifeMs);
  await PasskeyChallenge.query(deps.database).insert({
    challengeHash: hashSecret(challenge),
    ...use,
    createdAt,
    expiresAt,
  });
  return challenge;
}

/**
 * Uses up the challenge that an answer is for, whatever the answer is worth: it is never looked at twice.
 * @param clientData of the answer, base64url.
 * @returns the challenge. @throws Problem `unauthenticated`.
 */
export async function takeChallenge(deps: Deps, clientData: string, use: ChallengeUse): Promise<string> {
  const challenge = readChallenge(clientData);
  const now = deps.clock.now();
  const taken = await PasskeyChallenge.query(deps.database)
    .where({ challengeHash: hashSecret(challenge), ...use })
    .whereNull('usedAt')
    .where('expiresAt', '>', now)
    .patch({ usedAt: now });
  if (taken === 0) throw new Problem('unauthenticated', 'This took too long or was sent twice. Begin again.');
  return challenge;
}

function readChallenge(clientData: string): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'));
    if (typeof challenge === 'string') return challenge;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new Problem('unauthenticated', 'This is no answer of a passkey. Begin again.');
}
