import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Passkey, RecoveryCode, TotpFactor } from '../../ground/db/models/secondFactor.ts';
import { User } from '../../ground/db/models/user.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import { listKeysAndIdentities, requireUser } from '../../people/identity/accounts/changeAccount.ts';
import { endSessionsIn, type SessionDeps } from '../../people/identity/credentials/sessions.ts';
import { rereadCredentials, revokeCredentials } from '../../people/identity/revocations.ts';
import { readSecondFactor } from '../../people/identity/secondFactor/ownFactors.ts';
import { type Reach, requireReach } from './people.ts';

type Deps = Omit<SessionDeps, 'tokens' | 'sessionHours' | 'sessionDays' | 'refreshRepeatSeconds'>;

/**
 * Takes a person's second factors away: they lost them. Their sessions end, and they sign in by password alone. A
 * repeat changes nothing and is not recorded.
 * @param actor null: the operator, by a command on the machine.
 * @returns whether there were any.
 * @throws Problem `not-found`; `forbidden` beyond the actor's reach; `invalid-params` for one's own.
 */
export async function removeSecondFactor(
  deps: Deps,
  actor: (Actor & { reach: Reach }) | null,
  userId: string,
): Promise<boolean> {
  if (actor?.id === userId)
    throw new Problem('invalid-params', 'You remove your own second factor at /api/v1/auth/second-factor.');
  await requireUser(deps.database, userId);
  const ended = await inTransaction(deps.database, async (trx) => {
    const user = await User.query(trx).findById(userId).forUpdate();
    invariant(user, `user ${userId} vanished`);
    // On the locked row: a person may be given a role at this moment.
    if (actor) requireReach(actor.reach, user, {});
    const { totp, passkeys } = await readSecondFactor(trx, userId);
    if (user.secondFactorSince === null) return undefined;
    await removeAll(trx, userId);
    await recordAct(deps, trx, {
      actorId: actor?.id ?? null,
      action: 'user.second-factor',
      target: `user:${userId}`,
      data: { before: { totp, passkeys: passkeys.length }, after: null, ...(actor ? noteKeyOf(actor) : {}) },
    });
    return endSessionsIn(trx, { userId }, deps.clock.now());
  });
  await revokeCredentials(deps, ended ?? []);
  await rereadCredentials(deps, await listKeysAndIdentities(deps.database, userId));
  return ended !== undefined;
}

async function removeAll(trx: Transaction, userId: string): Promise<void> {
  await TotpFactor.query(trx).deleteById(userId);
  await Passkey.query(trx).where({ userId }).delete();
  await RecoveryCode.query(trx).where({ userId }).delete();
  await User.query(trx).findById(userId).patch({ secondFactorSince: null });
}
