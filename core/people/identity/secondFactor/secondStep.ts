import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Passkey } from '../../../ground/db/models/secondFactor.ts';
import { User } from '../../../ground/db/models/user.ts';
import { invariant, Problem } from '../../../ground/errors.ts';
import {
  type OpenedSession,
  openSession,
  type SessionDeps,
  type SignIn,
  signInTo,
} from '../credentials/sessions.ts';
import { noteRefusal, type Visitor } from '../credentials/signInTries.ts';
import { createChallenge, takeChallenge } from './challenges.ts';
import { describeRequest, type PasskeyDeps, usePasskey } from './passkeys.ts';
import { useRecoveryCode } from './recoveryCodes.ts';
import { countTicketTry, redeemTicket } from './tickets.ts';
import { countTotpTry, type TotpDeps, useTotpCode } from './totp.ts';

/** What a person shows beside their password. */
export type SecondFactorProof =
  | { kind: 'totp'; code: string }
  | { kind: 'recovery'; code: string }
  | { kind: 'passkey'; response: AuthenticationResponseJSON };

/** A proof whose try was counted, and whose challenge was used up. */
type CountedProof =
  | Exclude<SecondFactorProof, { kind: 'passkey' }>
  | { kind: 'passkey'; response: AuthenticationResponseJSON; challenge: string };

type ProofDeps = TotpDeps & PasskeyDeps;
type SecondStepDeps = SessionDeps & ProofDeps;

/**
 * Before the transaction of `useProof`, which a wrong proof takes back.
 * @throws Problem `rate-limited`, `unauthenticated`.
 */
export async function countProofTry(
  deps: ProofDeps,
  userId: string,
  proof: SecondFactorProof,
): Promise<CountedProof> {
  if (proof.kind === 'totp') await countTotpTry(deps, userId);
  if (proof.kind !== 'passkey') return proof;
  const use = { purpose: 'prove', userId } as const;
  return { ...proof, challenge: await takeChallenge(deps, proof.response.response.clientDataJSON, use) };
}

/**
 * Uses up the proof in the caller's transaction.
 * @param rule.isAlone a passkey stands for the password too.
 * @throws Problem `unauthenticated` for a wrong or used one.
 */
export async function useProof(
  deps: ProofDeps,
  trx: Transaction,
  userId: string,
  proof: CountedProof,
  rule = { isAlone: false },
): Promise<void> {
  if (proof.kind === 'totp') return useTotpCode(deps, trx, { userId, code: proof.code }, 'confirmed');
  if (proof.kind === 'recovery') return useRecoveryCode(deps, trx, { userId, code: proof.code });
  const passkey = await findPasskey(trx, proof.response);
  if (passkey?.userId !== userId) throw unknownPasskey();
  await usePasskey(deps, trx, passkey, proof, rule);
}

/** For a proof by passkey in the second step. @throws Problem `unauthenticated`. */
export async function requestSecondStep(
  deps: SecondStepDeps,
  ticket: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const userId = await countTicketTry(deps, ticket);
  const passkeys = await Passkey.query(deps.database).where({ userId });
  if (passkeys.length === 0)
    throw new Problem(
      'unauthenticated',
      'You have no passkey here. Use a code of your app or a recovery code.',
    );
  return describeRequest(deps, await createChallenge(deps, { purpose: 'prove', userId }), passkeys);
}

/**
 * Finishes a sign-in whose password was right. Ticket, proof and session are one transaction: all are used, or none.
 * @throws Problem `unauthenticated`, `account-disabled`, `rate-limited`.
 */
export async function finishSignIn(
  deps: SecondStepDeps,
  { ticket, proof, ...visitor }: { ticket: string; proof: SecondFactorProof } & Visitor,
): Promise<SignIn> {
  const userId = await countTicketTry(deps, ticket);
  return noteRefusal(deps, { ...visitor, userId }, async () => {
    const counted = await countProofTry(deps, userId, proof);
    return openFor(deps, { ...visitor, userId }, async (trx) => {
      await redeemTicket(deps, trx, ticket);
      await useProof(deps, trx, userId, counted);
    });
  });
}

/** For a sign-in by a passkey alone: the person chooses it in their browser. */
export async function requestPasskeySignIn(
  deps: PasskeyDeps,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return describeRequest(deps, await createChallenge(deps, { purpose: 'sign-in', userId: null }), []);
}

/**
 * Signs in by a passkey that recognised its person: it stands for the password and the second factor.
 * @throws Problem `unauthenticated`, `account-disabled`.
 */
export async function signInByPasskey(
  deps: SecondStepDeps,
  { response, ...visitor }: { response: AuthenticationResponseJSON } & Visitor,
): Promise<SignIn> {
  const use = { purpose: 'sign-in', userId: null } as const;
  const challenge = await takeChallenge(deps, response.response.clientDataJSON, use);
  const known = await findPasskey(deps.database, response);
  if (!known) throw unknownPasskey();
  const { userId } = known;
  return openFor(deps, { ...visitor, userId }, async (trx) => {
    // Read again under the lock of its person: it may have been removed.
    const passkey = await findPasskey(trx, response);
    if (passkey?.userId !== userId) throw unknownPasskey();
    await usePasskey(deps, trx, passkey, { challenge, response }, { isAlone: true });
  });
}

const findPasskey = async (
  database: SessionDeps['database'] | Transaction,
  { id: credentialId }: AuthenticationResponseJSON,
): Promise<Passkey | undefined> => Passkey.query(database).findOne({ credentialId });

const unknownPasskey = () =>
  new Problem('unauthenticated', 'This passkey is not known here. Use another one.');

/** Opens a session where `prove` holds, in its transaction. */
async function openFor(
  deps: SecondStepDeps,
  visitor: Visitor & { userId: string },
  prove: (trx: Transaction) => Promise<void>,
): Promise<SignIn> {
  const opened = await inTransaction(deps.database, async (trx): Promise<[User, OpenedSession]> => {
    // As a change of the factors does first: a removed one lets nobody in any more.
    const user = await User.query(trx).findById(visitor.userId).forUpdate();
    invariant(user, `user ${visitor.userId} vanished`);
    if (user.disabledAt)
      throw new Problem('account-disabled', 'This account is blocked. Ask an administrator to unblock it.');
    await prove(trx);
    const opening = { ...visitor, serviceKeyId: null, provenAt: deps.clock.now() };
    return [user, await openSession(deps, trx, opening)];
  });
  return signInTo(deps, ...opened);
}
