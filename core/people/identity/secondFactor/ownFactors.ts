import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Passkey, RecoveryCode, TotpFactor } from '../../../ground/db/models/secondFactor.ts';
import { Session } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { invariant, Problem } from '../../../ground/errors.ts';
import { countFailure, type SignInThrottle } from '../accounts/accounts.ts';
import { listKeysAndIdentities } from '../accounts/changeAccount.ts';
import { verifyPassword } from '../accounts/passwords.ts';
import type { PersonCaller } from '../caller.ts';
import { endSessionsIn, type SessionDeps } from '../credentials/sessions.ts';
import { presenceMs, requireOwnSession, requirePresence } from '../presence.ts';
import { type CredentialName, rereadCredentials, revokeCredentials } from '../revocations.ts';
import type { PasskeyDeps } from './passkeys.ts';
import { replaceRecoveryCodes } from './recoveryCodes.ts';
import { countProofTry, type SecondFactorProof, useProof } from './secondStep.ts';
import { countTotpTry, createTotpSecret, type TotpDeps, useTotpCode } from './totp.ts';

/*
 * A person changes their own factors: in a session of their own, with their password, and with a factor that they have
 * already. A stolen session alone can neither add nor remove one.
 */

export type OwnFactorDeps = Omit<
  SessionDeps,
  'tokens' | 'sessionHours' | 'sessionDays' | 'refreshRepeatSeconds'
> &
  TotpDeps &
  PasskeyDeps & { throttle: SignInThrottle };

/** Who asks for a change of their factors. */
export interface FactorChange {
  caller: PersonCaller;
  address: string;
  /** Left out by a person who has none. */
  password?: string;
  /** Left out by a person without a second factor. */
  proof?: SecondFactorProof;
  /** A passkey that recognises its person stands for the password too, as at a sign-in. */
  isPasskeyEnough?: true;
}

interface SecondFactorState {
  totp: boolean;
  passkeys: Passkey[];
  recoveryCodesLeft: number;
}

export async function readSecondFactor(database: Database, userId: string): Promise<SecondFactorState> {
  const totp = await TotpFactor.query(database).findById(userId).whereNotNull('confirmedAt');
  const passkeys = await Passkey.query(database).where({ userId }).orderBy('id');
  const left = await RecoveryCode.query(database).where({ userId }).whereNull('usedAt').resultSize();
  return { totp: totp !== undefined, passkeys, recoveryCodesLeft: left };
}

/**
 * Makes the secret of an app. It lets nobody in before a code of it was typed, and replaces one that was not confirmed.
 * @throws Problem `forbidden` while there is a confirmed one; as `withProof`.
 */
export async function startTotp(
  deps: OwnFactorDeps,
  change: FactorChange,
): Promise<{ secret: string; uri: string }> {
  const { id: userId, username } = change.caller.account;
  const { secret, uri, sealed } = createTotpSecret(deps, { userId, label: username ?? userId });
  await withProof(deps, change, async (trx) => {
    const known = await TotpFactor.query(trx).findById(userId);
    if (known?.confirmedAt)
      throw new Problem('forbidden', 'You have an app already. Remove it first, then set up the other one.');
    await TotpFactor.query(trx).deleteById(userId);
    await TotpFactor.query(trx).insert({ userId, secret: sealed, createdAt: deps.clock.now() });
  });
  return { secret, uri };
}

/**
 * Turns the app on. The person's other sessions end, since they were opened without it.
 * @returns recovery codes, with a first factor.
 * @throws Problem `invalid-params` for a wrong code, `rate-limited`.
 */
export async function confirmTotp(
  deps: OwnFactorDeps,
  caller: PersonCaller,
  code: string,
): Promise<{ recoveryCodes: string[] }> {
  const userId = requireOwnSession(caller).account.id;
  await countTotpTry(deps, userId);
  const { recoveryCodes, ended } = await inTransaction(deps.database, async (trx) => {
    const user = await lockUser(trx, userId);
    await pointAt('/code', () => useTotpCode(deps, trx, { userId, code }, 'unconfirmed'));
    return noteFactor(deps, trx, user, caller);
  });
  await tell(deps, caller, ended);
  return { recoveryCodes };
}

/** @throws Problem `not-found`; as `withProof`. */
export async function removeTotp(deps: OwnFactorDeps, change: FactorChange): Promise<void> {
  const userId = change.caller.account.id;
  await withProof(deps, change, async (trx) => {
    const removed = await TotpFactor.query(trx).deleteById(userId);
    if (removed === 0) throw new Problem('not-found', 'You have no app to remove.');
    await noteRemoval(trx, userId);
  });
  await tell(deps, change.caller, []);
}

/** New recovery codes; earlier ones are over. @throws Problem `not-found` without a second factor; as `withProof`. */
export async function renewRecoveryCodes(
  deps: OwnFactorDeps,
  change: FactorChange,
): Promise<{ recoveryCodes: string[] }> {
  const recoveryCodes = await withProof(deps, change, (trx, user) => {
    if (user.secondFactorSince === null)
      throw new Problem('not-found', 'You have no second factor yet. Set one up first.');
    return replaceRecoveryCodes(deps, trx, user.id);
  });
  return { recoveryCodes };
}

/**
 * Changes something under the lock of the account, where its password and its second factor were shown. The session
 * has proven from then on that its person is there. An account that has neither has signed in just now.
 * @throws Problem `forbidden` in a session that is not the person's own, `invalid-params` for a wrong password or code,
 * `second-factor-needed` where a proof is missing, `rate-limited`, `presence-required`.
 */
export async function withProof<Result>(
  deps: OwnFactorDeps,
  { caller, address, password, proof, isPasskeyEnough }: FactorChange,
  work: (trx: Transaction, user: User) => Promise<Result>,
): Promise<Result> {
  const { sessionId, account } = requireOwnSession(caller);
  const userId = account.id;
  const known = await User.query(deps.database).findById(userId);
  invariant(known, `user ${userId} vanished`);
  const isAlone = isPasskeyEnough === true && password === undefined && proof?.kind === 'passkey';
  if (known.passwordHash !== null && !isAlone)
    await pointAt('/password', () =>
      countFailure(deps.throttle, known.username ?? userId, address, async () => {
        if (!(await verifyPassword(known.passwordHash, password ?? '')))
          throw new Problem('unauthenticated', 'The password is wrong.');
      }),
    );
  const counted = proof && (await pointAt('/proof', () => countProofTry(deps, userId, proof)));
  const result = await inTransaction(deps.database, async (trx) => {
    const user = await lockUser(trx, userId);
    const hasFactor = user.secondFactorSince !== null;
    if (hasFactor && !counted)
      throw new Problem('second-factor-needed', 'Send a proof of your second factor with this.');
    if (counted && (hasFactor || isAlone))
      await pointAt('/proof', () => useProof(deps, trx, userId, counted, { isAlone }));
    if (user.passwordHash === null && !hasFactor) requirePresence(caller, deps.clock.now());
    else await Session.query(trx).findById(sessionId).patch({ provenAt: deps.clock.now() });
    return work(trx, user);
  });
  await rereadCredentials(deps, [{ kind: 'session', id: sessionId }]);
  return result;
}

/** Proves that the person of a session is there. @returns until when. @throws Problem as `withProof`. */
export async function provePresence(deps: OwnFactorDeps, change: FactorChange): Promise<Date> {
  const provenAt = await withProof(deps, { ...change, isPasskeyEnough: true }, async (trx) => {
    const session = await Session.query(trx).findById(requireOwnSession(change.caller).sessionId);
    return session?.provenAt ?? deps.clock.now();
  });
  return new Date(provenAt.getTime() + presenceMs);
}

export async function lockUser(trx: Transaction, userId: string): Promise<User> {
  const user = await User.query(trx).findById(userId).forUpdate();
  invariant(user, `user ${userId} vanished`);
  return user;
}

/**
 * Notes a new factor, and ends the sessions that were opened without it.
 * @returns recovery codes with the first one, and the ended sessions, for `tell`.
 */
export async function noteFactor(
  deps: OwnFactorDeps,
  trx: Transaction,
  user: User,
  caller: PersonCaller,
): Promise<{ recoveryCodes: string[]; ended: CredentialName[] }> {
  const now = deps.clock.now();
  const exceptId = caller.kind === 'session' ? { exceptId: caller.sessionId } : {};
  const ended = await endSessionsIn(trx, { userId: user.id, ...exceptId }, now);
  if (user.secondFactorSince !== null) return { recoveryCodes: [], ended };
  await User.query(trx).findById(user.id).patch({ secondFactorSince: now });
  return { recoveryCodes: await replaceRecoveryCodes(deps, trx, user.id), ended };
}

/** Without a last factor, its recovery codes are over too. */
export async function noteRemoval(trx: Transaction, userId: string): Promise<void> {
  const { totp, passkeys } = await readSecondFactor(trx, userId);
  if (totp || passkeys.length > 0) return;
  await User.query(trx).findById(userId).patch({ secondFactorSince: null });
  await RecoveryCode.query(trx).where({ userId }).delete();
}

/** After the commit: what ended ends everywhere, and what goes on is read again. */
export async function tell(
  deps: OwnFactorDeps,
  caller: PersonCaller,
  ended: readonly CredentialName[],
): Promise<void> {
  await revokeCredentials(deps, ended);
  const outlasting = await listKeysAndIdentities(deps.database, caller.account.id);
  const own = caller.kind === 'session' ? [{ kind: 'session' as const, id: caller.sessionId }] : [];
  await rereadCredentials(deps, [...own, ...outlasting]);
}

/** The caller is signed in: a wrong entry is a fault of the request, not of their session. */
export async function pointAt<Result>(pointer: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'unauthenticated')) throw error;
    throw new Problem('invalid-params', error.detail, {
      errors: [{ pointer, message: error.detail }],
      cause: error,
    });
  }
}
