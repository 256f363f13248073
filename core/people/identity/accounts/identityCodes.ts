import { type Database, isDuplicateEntry, type Transaction } from '../../../ground/db/connect.ts';
import { Identity, IdentityCode } from '../../../ground/db/models/user.ts';
import { hashSecret } from '../../../ground/encryption/secrets.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { codeLifeMs, createPlainCode, presentCode } from './plainCodes.ts';

/** A code for one use within 10 minutes that links an identity without an account to the account that uses it. */
export async function createIdentityCode(
  deps: { database: Database; clock: Clock },
  { issuer, subject, displayName }: { issuer: string; subject: string; displayName: string | null },
): Promise<string> {
  const plain = createPlainCode();
  const createdAt = deps.clock.now();
  await IdentityCode.query(deps.database).insert({
    codeHash: hashSecret(plain),
    provider: issuer,
    subject,
    displayName,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + codeLifeMs),
  });
  return presentCode(plain);
}

/** Uses up the code in this transaction; undefined for one that is wrong, used or expired. */
export async function takeIdentityCode(
  deps: { clock: Clock },
  trx: Transaction,
  codeHash: string,
): Promise<IdentityCode | undefined> {
  const usedAt = deps.clock.now();
  const taken = await IdentityCode.query(trx)
    .findById(codeHash)
    .whereNull('usedAt')
    .where('expiresAt', '>', usedAt)
    .patch({ usedAt });
  return taken === 1 ? IdentityCode.query(trx).findById(codeHash) : undefined;
}

/** @throws Problem `forbidden` when the identity got an account meanwhile. */
export async function linkIdentity(
  deps: { clock: Clock },
  trx: Transaction,
  { provider, subject, displayName }: IdentityCode,
  userId: string,
): Promise<void> {
  try {
    await Identity.query(trx).insert({ provider, subject, displayName, userId, createdAt: deps.clock.now() });
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    throw new Problem('forbidden', 'This sign-in belongs to an account by now. Sign in with it again.');
  }
}
