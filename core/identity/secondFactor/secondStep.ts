import { type Database, inTransaction, type Transaction } from '../../db/connect.ts';
import { User } from '../../db/models/user.ts';
import { invariant, Problem } from '../../errors.ts';
import { openSession, type SessionDeps, type SignIn, signInTo } from '../credentials/sessions.ts';
import { useRecoveryCode } from './recoveryCodes.ts';
import { countTicketTry, redeemTicket } from './tickets.ts';
import { countTotpTry, type TotpDeps, useTotpCode } from './totp.ts';

/** What a person shows beside their password. */
export type SecondFactorProof = { kind: 'totp'; code: string } | { kind: 'recovery'; code: string };

export type SecondStepDeps = SessionDeps & TotpDeps & { database: Database };

/** Before the transaction of `useProof`, which a wrong proof takes back. @throws Problem `rate-limited`. */
export async function countProofTry(deps: TotpDeps, userId: string, proof: SecondFactorProof): Promise<void> {
  if (proof.kind === 'totp') await countTotpTry(deps, userId);
}

/** Uses up the proof in the caller's transaction. @throws Problem `unauthenticated` for a wrong or used one. */
export async function useProof(
  deps: TotpDeps,
  trx: Transaction,
  userId: string,
  proof: SecondFactorProof,
): Promise<void> {
  if (proof.kind === 'totp') await useTotpCode(deps, trx, { userId, code: proof.code }, 'confirmed');
  else await useRecoveryCode(deps, trx, { userId, code: proof.code });
}

/**
 * Finishes a sign-in whose password was right. Ticket, proof and session are one transaction: all are used, or none.
 * @throws Problem `unauthenticated`, `account-disabled`, `rate-limited`.
 */
export async function finishSignIn(
  deps: SecondStepDeps,
  { ticket, proof, userAgent }: { ticket: string; proof: SecondFactorProof; userAgent: string },
): Promise<SignIn> {
  const userId = await countTicketTry(deps, ticket);
  await countProofTry(deps, userId, proof);
  const { user, session } = await inTransaction(deps.database, async (trx) => {
    // As a change of the factors does first: a removed one lets nobody in any more.
    const known = await User.query(trx).findById(userId).forUpdate();
    invariant(known, `user ${userId} vanished`);
    if (known.disabledAt)
      throw new Problem('account-disabled', 'This account is blocked. Ask an administrator to unblock it.');
    await redeemTicket(deps, trx, ticket);
    await useProof(deps, trx, userId, proof);
    return { user: known, session: await openSession(deps, trx, { userId, userAgent, serviceKeyId: null }) };
  });
  return signInTo(deps, user, session);
}
