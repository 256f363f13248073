import { Secret, TOTP } from 'otpauth';
import type { Database, Transaction } from '../../../ground/db/connect.ts';
import { TotpFactor } from '../../../ground/db/models/secondFactor.ts';
import { KeyMissing, type KeyRing } from '../../../ground/encryption/keyRing.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

/*
 * Codes of an app (RFC 6238: SHA-1, six digits, 30 seconds, which is what every app can do). A code is right in its own
 * step and in one before and after, for clocks that differ. Its step is then written by compare-and-set: this code and
 * earlier ones are refused from then on.
 */

export interface TotpDeps {
  database: Database;
  clock: Pick<Clock, 'now'>;
  keyRing: KeyRing;
}

const issuer = 'Star-Graph';
const periodSeconds = 30;
/** Steps before and after the current one. */
const window = 1;
const secretBytes = 20;
/** At most this many codes are tried in a window: a guesser needs years. */
const mostTries = 5;
const triesWindowMs = 15 * 60_000;

const placeOf = (userId: string) => ({ purpose: 'totp.secret', row: userId }) as const;

const createTotp = (secret: Secret, label: string): TOTP =>
  new TOTP({ issuer, label, secret, algorithm: 'SHA1', digits: 6, period: periodSeconds });

/** A secret as its person sees it once, and as its row keeps it. @throws Problem `unavailable` without a data key. */
export function createTotpSecret(
  { keyRing }: Pick<TotpDeps, 'keyRing'>,
  { userId, label }: { userId: string; label: string },
): { secret: string; uri: string; sealed: string } {
  const secret = new Secret({ size: secretBytes });
  const sealed = withKey(() => keyRing.encrypt(secret.base32, placeOf(userId)));
  return { secret: secret.base32, uri: createTotp(secret, label).toString(), sealed };
}

/**
 * Counts a try before the code is looked at, so that simultaneous tries cannot get around the bound. Not in the
 * transaction of the use: a wrong code takes that one back.
 * @throws Problem `rate-limited`.
 */
export async function countTotpTry({ database, clock }: TotpDeps, userId: string): Promise<void> {
  const now = clock.now();
  const windowStart = new Date(now.getTime() - triesWindowMs);
  // Assigned from left to right: the count still sees the old time.
  const counted = await TotpFactor.query(database)
    .findById(userId)
    .where((open) =>
      open.whereNull('triesSince').orWhere('triesSince', '<=', windowStart).orWhere('tries', '<', mostTries),
    )
    .patch({
      tries: database.raw('IF(tries_since IS NULL OR tries_since <= ?, 1, tries + 1)', [windowStart]),
      triesSince: database.raw('IF(tries = 1, ?, tries_since)', [now]),
    } as never);
  if (counted > 0) return;
  const factor = await TotpFactor.query(database).findById(userId);
  if (!factor) return;
  const waitMs = (factor.triesSince?.getTime() ?? now.getTime()) + triesWindowMs - now.getTime();
  throw new Problem('rate-limited', 'Too many wrong codes. Wait, or use a recovery code or a passkey.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
  });
}

/**
 * Uses up a code in the caller's transaction: of two uses of one code, one is refused.
 * @param which an app that is being set up, or one that lets its person in.
 * @throws Problem `unauthenticated`.
 */
export async function useTotpCode(
  { clock, keyRing }: Pick<TotpDeps, 'clock' | 'keyRing'>,
  trx: Transaction,
  { userId, code }: { userId: string; code: string },
  which: 'confirmed' | 'unconfirmed',
): Promise<void> {
  const factor = await TotpFactor.query(trx).findById(userId);
  if (!factor || (factor.confirmedAt !== null) !== (which === 'confirmed')) throw wrongCode();
  const secret = withKey(() => keyRing.decrypt(factor.secret, placeOf(userId)));
  const now = clock.now();
  const totp = createTotp(Secret.fromBase32(secret), userId);
  const delta = totp.validate({ token: code, timestamp: now.getTime(), window });
  if (delta === null) throw wrongCode();
  const lastStep = totp.counter({ timestamp: now.getTime() }) + delta;
  const used = await TotpFactor.query(trx)
    .findById(userId)
    .where('lastStep', '<', lastStep)
    .where({ secret: factor.secret })
    .patch({
      lastStep,
      tries: 0,
      triesSince: null,
      ...(which === 'confirmed' ? {} : { confirmedAt: now }),
      ...(keyRing.isCurrent(factor.secret) ? {} : { secret: keyRing.encrypt(secret, placeOf(userId)) }),
    });
  if (used === 0) throw new Problem('unauthenticated', 'This code was used. Wait for the next one.');
}

const wrongCode = () => new Problem('unauthenticated', 'This code is wrong or over. Type the current one.');

/** @throws Problem `unavailable` when the operator took the key away. */
function withKey<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KeyMissing)) throw error;
    throw new Problem(
      'unavailable',
      'The platform lacks the key for second factors. Ask the operator to check DATA_KEYS, or use a recovery code or a passkey.',
      { cause: error },
    );
  }
}
