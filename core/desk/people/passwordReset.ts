import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { requireUser } from '../../people/identity/accounts/changeAccount.ts';
import { createReset } from '../../people/identity/accounts/passwordResets.ts';

/**
 * Makes the one-time link by which a person sets a new password. Nothing else changes before it is used.
 * @throws Problem `not-found`; `invalid-params` for one's own account, whose old password a stolen session would not
 * need; `forbidden` for an account without a user name, or a blocked one.
 */
export async function makePasswordReset(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  userId: string,
): Promise<{ token: string; expiresAt: Date }> {
  if (actor.id === userId)
    throw new Problem('invalid-params', 'You change your own password at /api/v1/auth/password.');
  await requireUser(deps.database, userId);
  return inTransaction(deps.database, async (trx) => {
    const user = await User.query(trx).findById(userId).whereNull('disabledAt').forUpdate();
    if (!user) throw new Problem('forbidden', 'This person is blocked. Unblock them first.');
    if (user.username === null)
      throw new Problem(
        'forbidden',
        'This person has no user name: they sign in elsewhere, without a password.',
      );
    const act = { actorId: actor.id, action: 'user.password-reset' as const, target: `user:${userId}` };
    await recordAct(deps, trx, { ...act, data: noteKeyOf(actor) });
    return createReset(deps, trx, userId);
  });
}
