import { User } from '../../../ground/db/models/user.ts';
import { Problem } from '../../../ground/errors.ts';
import { endSessionsIn } from '../credentials/sessions.ts';
import { type FactorChange, type OwnFactorDeps, tell, withProof } from '../secondFactor/ownFactors.ts';
import { requireUser } from './changeAccount.ts';
import { endResets } from './passwordResets.ts';
import { requireGoodPassword } from './passwordRules.ts';
import { hashPassword } from './passwords.ts';

/**
 * Changes the caller's own password. Their other sessions end, with unused codes and reset links: whoever knew the old
 * password is out. Of two simultaneous changes one finds its old password wrong.
 * @throws Problem `forbidden` without a password, or in a session that is not the person's own; `invalid-params` for a
 * wrong password or a new one that is guessed first; `second-factor-needed`, `rate-limited`.
 */
export async function changePassword(
  deps: OwnFactorDeps,
  change: FactorChange & { newPassword: string },
): Promise<void> {
  const { caller } = change;
  const userId = caller.account.id;
  const { passwordHash: before, username } = await requireUser(deps.database, userId);
  if (before === null)
    throw new Problem('forbidden', 'This account has no password: you sign in to it elsewhere.');
  requireGoodPassword(change.newPassword, username, 'newPassword');
  const passwordHash = await hashPassword(change.newPassword);
  const exceptId = caller.kind === 'session' ? { exceptId: caller.sessionId } : {};
  const ended = await withProof(deps, change, async (trx) => {
    // The proven password is that of before: each hash has a salt of its own.
    const changed = await User.query(trx)
      .findById(userId)
      .where({ passwordHash: before })
      .patch({ passwordHash });
    if (changed === 0)
      throw new Problem('invalid-params', 'The password is wrong.', {
        errors: [{ pointer: '/password', message: 'The password is wrong.' }],
      });
    const now = deps.clock.now();
    await endResets(trx, userId, now);
    return endSessionsIn(trx, { userId, ...exceptId }, now);
  });
  await tell(deps, caller, ended);
}
