import type { Transaction } from '../../ground/db/connect.ts';
import { EmailAddress, EmailVerification } from '../../ground/db/models/email.ts';

/** Links that were not used yet are over, in the caller's transaction. */
export const endVerifications = async (trx: Transaction, userId: string, usedAt: Date): Promise<number> =>
  EmailVerification.query(trx).where({ userId }).whereNull('usedAt').patch({ usedAt });

/** Forgets the address and all its links, in the caller's transaction. @returns whether there was something. */
export async function forgetEmail(trx: Transaction, userId: string): Promise<boolean> {
  const links = await EmailVerification.query(trx).where({ userId }).delete();
  const addresses = await EmailAddress.query(trx).where({ userId }).delete();
  return links + addresses > 0;
}
