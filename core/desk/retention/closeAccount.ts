import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Erasure } from '../../ground/db/models/erasure.ts';
import { ApiKey } from '../../ground/db/models/session.ts';
import { Identity, User } from '../../ground/db/models/user.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import { requireUser } from '../../people/identity/accounts/changeAccount.ts';
import { endSessionsIn } from '../../people/identity/credentials/sessions.ts';
import { type CredentialName, revokeCredentials } from '../../people/identity/revocations.ts';
import {
  type FactorChange,
  type OwnFactorDeps,
  withProof,
} from '../../people/identity/secondFactor/ownFactors.ts';
import { forgetEmail } from '../../people/identity/verifications.ts';
import { type ErasureDeps, endWork } from './eraseAccount.ts';

export type CloseDeps = ErasureDeps & OwnFactorDeps;

/**
 * A person deletes their own account: with the password and the second factor, or within ten minutes of a sign-in where
 * there is neither.
 * @throws Problem `forbidden` for the last administrator; what `withProof` throws.
 */
export async function closeOwnAccount(deps: CloseDeps, change: FactorChange): Promise<void> {
  const { caller } = change;
  const closed = await withProof(deps, change, (trx, user) =>
    close(deps, trx, user, { id: user.id, serviceKey: null }),
  );
  await finish(deps, caller.account.id, closed);
}

/**
 * An administrator deletes an account.
 * @throws Problem `not-found`; `invalid-params` for one's own, which asks for the password.
 */
export async function closeAccount(
  deps: ErasureDeps,
  actor: Actor,
  userId: string,
  reason: string | undefined,
): Promise<void> {
  if (actor.id === userId)
    throw new Problem('invalid-params', 'Delete your own account with POST /api/v1/users/deletion.');
  await requireUser(deps.database, userId);
  const closed = await inTransaction(deps.database, async (trx) => {
    const user = await User.query(trx).findById(userId).forUpdate();
    invariant(user, `user ${userId} vanished`);
    return close(deps, trx, user, actor, reason);
  });
  await finish(deps, userId, closed);
}

/**
 * Closes the account in one transaction: from its commit on nobody signs in to it, its name is free, and the sweep
 * erases the rest. Whoever asks a second time only has an erasure that was set aside tried again. @returns the credentials to be revoked afterwards
 */
async function close(
  deps: ErasureDeps,
  trx: Transaction,
  user: User,
  actor: Actor,
  reason?: string,
): Promise<CredentialName[]> {
  const userId = user.id;
  const isAsked = await Erasure.query(trx).findById(userId).patch({ tries: 0, dueAt: null });
  if (isAsked > 0) return [];
  const heir = await findHeir(trx, user);
  const now = deps.clock.now();
  const credentials = await listKeysAndIdentitiesIn(trx, userId);
  const sessions = await endSessionsIn(trx, { userId }, now);
  await ApiKey.query(trx).where({ userId }).whereIn('kind', ['user', 'program']).delete();
  // Service keys belong to the platform; they only need an owner who can sign in.
  if (heir) await ApiKey.query(trx).where({ userId, kind: 'service' }).patch({ userId: heir });
  await Identity.query(trx).where({ userId }).delete();
  await forgetEmail(trx, userId);
  await User.query(trx).findById(userId).patch({
    username: null,
    passwordHash: null,
    secondFactorSince: null,
    role: 'user',
    locale: 'en',
    disabledAt: now,
  });
  await Erasure.query(trx).insert({ userId, state: 'ending', askedAt: now, doneAt: null });
  await recordAct(deps, trx, {
    actorId: actor.id,
    action: 'user.delete',
    target: `user:${userId}`,
    data: {
      before: { role: user.role, disabled: user.disabledAt !== null },
      after: null,
      own: actor.id === userId,
      ...(reason === undefined ? {} : { reason }),
      ...noteKeyOf(actor),
    },
  });
  return [{ kind: 'user', id: userId }, ...credentials, ...sessions];
}

/**
 * The administrator who takes over the service keys of one who goes. All are locked, in the order of their ids: of two
 * who go at once, the second sees that the first has gone.
 * @throws Problem `forbidden` for the last one.
 */
async function findHeir(trx: Transaction, user: User): Promise<string | undefined> {
  const administrators = await User.query(trx)
    .select('id')
    .where({ role: 'admin' })
    .whereNull('disabledAt')
    .orderBy('id')
    .forUpdate();
  const heir = administrators.find(({ id }) => id !== user.id)?.id;
  if (heir === undefined && user.role === 'admin')
    throw new Problem('forbidden', 'You are the last administrator. Make somebody else one first.');
  return heir;
}

const listKeysAndIdentitiesIn = async (trx: Transaction, userId: string): Promise<CredentialName[]> => [
  ...(await ApiKey.query(trx).select('id').where({ userId }).whereIn('kind', ['user', 'program'])).map(
    ({ id }) => ({
      kind: 'key' as const,
      id,
    }),
  ),
  ...(await Identity.query(trx).where({ userId })).map(({ provider, subject }) => ({
    kind: 'identity' as const,
    id: `${provider}:${subject}`,
  })),
];

/** After the commit. If we die here, cached credentials live for seconds, and the sweep does the rest. */
async function finish(deps: ErasureDeps, userId: string, closed: readonly CredentialName[]): Promise<void> {
  await revokeCredentials(deps, closed);
  await endWork(deps, userId);
}
