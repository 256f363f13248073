import { recordAct } from '../../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { PasswordReset } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { createSecret, hashSecret } from '../../../ground/encryption/secrets.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { endSessionsIn, type SessionDeps } from '../credentials/sessions.ts';
import { revokeCredentials } from '../revocations.ts';
import { requireGoodPassword } from './passwordRules.ts';
import { hashPassword } from './passwords.ts';

const dayMs = 24 * 3_600_000;

type Deps = Omit<SessionDeps, 'tokens' | 'sessionHours' | 'sessionDays' | 'refreshRepeatSeconds'>;

/** A token for one new password, in the caller's transaction. Earlier ones of the person are over. */
export async function createReset(
  deps: { clock: Clock },
  trx: Transaction,
  userId: string,
  lifeMs = dayMs,
): Promise<{ token: string; expiresAt: Date }> {
  const createdAt = deps.clock.now();
  await endResets(trx, userId, createdAt);
  const token = createSecret();
  const expiresAt = new Date(createdAt.getTime() + lifeMs);
  await PasswordReset.query(trx).insert({ tokenHash: hashSecret(token), userId, createdAt, expiresAt });
  return { token, expiresAt };
}

export const endResets = async (trx: Transaction, userId: string, usedAt: Date): Promise<number> =>
  PasswordReset.query(trx).where({ userId }).whereNull('usedAt').patch({ usedAt });

/**
 * Sets a new password by a token, which that uses up. Every session of the person ends, with unused codes and
 * half-made sign-ins; a second factor stays. Of two simultaneous uses one finds the token used.
 * @throws Problem `unauthenticated` for a token that is wrong, used or expired, or whose person is blocked;
 * `invalid-params` for a password that is guessed first, which leaves the token as it is.
 * @returns whose password it is.
 */
export async function useReset(
  deps: Deps,
  { token, password }: { token: string; password: string },
): Promise<string> {
  const tokenHash = hashSecret(token);
  // Before the costly hash, so that guesses cost nothing.
  const known = await findLiving(deps.database, deps.clock.now(), tokenHash);
  if (!known) throw wrongToken();
  const owner = await User.query(deps.database).findById(known.userId).select('username');
  requireGoodPassword(password, owner?.username ?? null, 'password');
  const passwordHash = await hashPassword(password);
  const ended = await inTransaction(deps.database, async (trx) => {
    const now = deps.clock.now();
    const reset = await findLiving(trx, now, tokenHash);
    // The account first, as everything that ends sessions does.
    const user = reset && (await User.query(trx).findById(reset.userId).whereNull('disabledAt').forUpdate());
    const used = await PasswordReset.query(trx)
      .findById(tokenHash)
      .whereNull('usedAt')
      .patch({ usedAt: now });
    if (!user || used === 0) throw wrongToken();
    await User.query(trx).findById(user.id).patch({ passwordHash });
    const act = { actorId: user.id, action: 'user.password-reset.use' as const, target: `user:${user.id}` };
    await recordAct(deps, trx, act);
    await endResets(trx, user.id, now);
    return endSessionsIn(trx, { userId: user.id }, now);
  });
  await revokeCredentials(deps, ended);
  return known.userId;
}

const findLiving = async (
  database: Database | Transaction,
  now: Date,
  tokenHash: string,
): Promise<PasswordReset | undefined> =>
  PasswordReset.query(database).findById(tokenHash).whereNull('usedAt').where('expiresAt', '>', now);

const wrongToken = () =>
  new Problem('unauthenticated', 'This link is wrong, was used or has expired. Ask for a new one.');
