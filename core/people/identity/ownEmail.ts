import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { EmailAddress, EmailVerification } from '../../ground/db/models/email.ts';
import { User } from '../../ground/db/models/user.ts';
import { createSecret, hashSecret } from '../../ground/encryption/secrets.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import type { Mailer } from '../../ground/mailer.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { endResets } from './accounts/passwordResets.ts';
import { writeVerification } from './messages.ts';
import { type FactorChange, type OwnFactorDeps, withProof } from './secondFactor/ownFactors.ts';
import { endVerifications, forgetEmail } from './verifications.ts';

const lifeMs = 24 * 3_600_000;

interface OwnEmail {
  /** Verified; null: none. */
  address: string | null;
  /** Waits for its link to be used. */
  pending: { address: string; expiresAt: Date } | null;
}

export async function readOwnEmail(
  { database, clock }: { database: Database; clock: Clock },
  userId: string,
): Promise<OwnEmail> {
  const verified = await EmailAddress.query(database).findById(userId);
  const pending = await EmailVerification.query(database)
    .where({ userId })
    .whereNull('usedAt')
    .where('expiresAt', '>', clock.now())
    .first();
  return {
    address: verified?.address ?? null,
    pending: pending ? { address: pending.address, expiresAt: pending.expiresAt } : null,
  };
}

/**
 * Sends a link to a new address of the caller's, which ends an earlier link. The address that they have stays until the
 * link is used. All is the same for an address of another account: who reads its messages learns of the wish.
 * @throws Problem as `withProof`.
 */
export async function askForEmail(
  deps: OwnFactorDeps & { publicUrl: string },
  mailer: Mailer,
  change: FactorChange & { email: string },
): Promise<void> {
  const { email } = change;
  const token = createSecret();
  const { username, locale } = await withProof(deps, change, async (trx, user) => {
    const createdAt = deps.clock.now();
    await endVerifications(trx, user.id, createdAt);
    await EmailVerification.query(trx).insert({
      tokenHash: hashSecret(token),
      userId: user.id,
      address: email,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + lifeMs),
    });
    return user;
  });
  const url = `${deps.publicUrl}/verify-email#${token}`;
  mailer.later((send) => send(writeVerification({ to: email, locale, username, url })));
}

/**
 * Makes an address its person's by the link that was sent to it, and uses the link up. Links for a new password that
 * went to the address before end. If another account has the address, nothing changes, and the link stays.
 * @throws Problem `unauthenticated` for a token that is wrong, used or expired, or whose person is blocked; `forbidden`
 * for an address of another account, which only who reads its messages learns.
 */
export async function verifyEmail(deps: { database: Database; clock: Clock }, token: string): Promise<void> {
  const tokenHash = hashSecret(token);
  try {
    await inTransaction(deps.database, (trx) => useVerification(deps, trx, tokenHash));
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    throw new Problem(
      'forbidden',
      'Another account here has this address. Remove it there, then use the link again.',
      { cause: error },
    );
  }
}

async function useVerification(
  { clock }: { clock: Clock },
  trx: Transaction,
  tokenHash: string,
): Promise<void> {
  const now = clock.now();
  const link = await EmailVerification.query(trx).findById(tokenHash);
  // The account first, as everything that ends links does.
  const user = link && (await User.query(trx).findById(link.userId).whereNull('disabledAt').forUpdate());
  const used = await EmailVerification.query(trx)
    .findById(tokenHash)
    .whereNull('usedAt')
    .where('expiresAt', '>', now)
    .patch({ usedAt: now });
  if (!link || !user || used === 0)
    throw new Problem('unauthenticated', 'This link is wrong, was used or has expired. Ask for a new one.');
  await EmailAddress.query(trx).deleteById(user.id);
  await EmailAddress.query(trx).insert({ userId: user.id, address: link.address, verifiedAt: now });
  await endResets(trx, user.id, now);
}

/**
 * Removes the address, with links to it and links for a new password that went to it.
 * @throws Problem `not-found` without an address.
 */
export async function removeEmail(deps: { database: Database; clock: Clock }, userId: string): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const user = await User.query(trx).findById(userId).forUpdate();
    invariant(user, `user ${userId} vanished`);
    if (!(await forgetEmail(trx, userId))) throw new Problem('not-found', 'You have no e-mail address here.');
    await endResets(trx, userId, deps.clock.now());
  });
}
