import type { Transaction } from '../../../ground/db/connect.ts';
import { openBy, sealBy } from '../../../ground/encryption/sealedToken.ts';
import { createSecret, hashSecret } from '../../../ground/encryption/secrets.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

/*
 * Using the unused token of a family makes the next one. A used one that comes again means that its answer was lost,
 * or that two parties hold the family; then it is unknown which of them is the person. It counts as lost if the same
 * client asks within minutes and the next token was not used. Within `refreshRepeatSeconds` the same answer is given
 * again, since requests may have crossed. Later the next token dies in favour of a new one, so of two parties one is
 * left with a dead token. That one, and anything else that comes again, shows that the family was stolen.
 */

/** A row of a family of which one token is unused. */
interface FamilyToken {
  tokenHash: string;
  usedAt: Date | null;
  /** The next token, sealed so that only this one opens it. */
  successor: string | null;
}

interface PresentedToken {
  refreshToken: string;
  isSameClient?: boolean;
  noted?: Record<string, string>;
}

interface RotationDeps {
  clock: Clock;
  /** For how long the same client gets the same answer to the same refresh token; 0: a used one is stolen. */
  refreshRepeatSeconds: number;
}

/** A lost answer is asked for again soon: whoever comes later has found or kept the token. */
const lostAnswerMs = 10 * 60_000;

/**
 * Uses a token, under the caller's lock of its family.
 * @param presented.isSameClient whether who asks is who used the token.
 * @param presented.noted further columns of a token that is used.
 * @returns the next token, which the caller has to store unless it `isKnown`; undefined for a token that was stolen.
 */
export async function rotateToken(
  { clock, refreshRepeatSeconds }: RotationDeps,
  trx: Transaction,
  { tableName }: { tableName: string },
  token: FamilyToken,
  { refreshToken, isSameClient = true, noted = {} }: PresentedToken,
): Promise<{ next: string; isKnown: boolean } | undefined> {
  const now = clock.now();
  if (token.usedAt) {
    const agoMs = now.getTime() - token.usedAt.getTime();
    const isLost = refreshRepeatSeconds > 0 && agoMs < lostAnswerMs && isSameClient;
    const given = isLost ? await findUnusedSuccessor(trx, tableName, token, refreshToken) : undefined;
    if (given === undefined) return undefined;
    if (agoMs < refreshRepeatSeconds * 1_000) return { next: given, isKnown: true };
    // As used, and without a successor: whoever presents it shows that there are two.
    await trx(tableName)
      .where({ tokenHash: hashSecret(given), usedAt: null })
      .update({ usedAt: now });
  }
  const next = createSecret();
  const successor = sealBy(refreshToken, next);
  await trx(tableName)
    .where({ tokenHash: token.tokenHash })
    .update({ ...noted, usedAt: now, successor });
  return { next, isKnown: false };
}

/** Used ones that are kept to know them by. An older one is unknown, and lets nobody in either. */
const keptOfFamily = 200;

/** Whoever refreshes without a pause leaves no more rows than that. */
export async function trimFamily(
  trx: Transaction,
  { tableName }: { tableName: string },
  family: { sessionId: string } | { apiKeyId: string },
): Promise<void> {
  const used: { tokenHash: string; usedAt: Date }[] = await trx(tableName)
    .where(family)
    .whereNotNull('usedAt')
    .select('tokenHash', 'usedAt');
  if (used.length <= keptOfFamily) return;
  const old = used
    .toSorted((one, other) => other.usedAt.getTime() - one.usedAt.getTime())
    .slice(keptOfFamily);
  await trx(tableName)
    .whereIn(
      'tokenHash',
      old.map(({ tokenHash }) => tokenHash),
    )
    .delete();
}

/** The token that answered the last use of this one, if it is unused. */
async function findUnusedSuccessor(
  trx: Transaction,
  tableName: string,
  { successor }: FamilyToken,
  refreshToken: string,
): Promise<string | undefined> {
  if (successor === null) return undefined;
  const given = openBy(refreshToken, successor);
  const [unused] = await trx(tableName)
    .where({ tokenHash: hashSecret(given), usedAt: null })
    .limit(1);
  return unused && given;
}
