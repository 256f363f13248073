import { randomInt } from 'node:crypto';
import type { Transaction } from '../../../ground/db/connect.ts';
import { RecoveryCode } from '../../../ground/db/models/secondFactor.ts';
import { hashSecret } from '../../../ground/encryption/secrets.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

/** Without letters and digits that look alike; 16 of them hold 79 bits, so that they cannot be guessed. */
const letters = 'ABCDEFGHJKLMNPQRSTVWXYZ23456789';
const codeLength = 16;
const codes = 10;

const normalise = (typed: string): string => typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** New codes in place of all earlier ones; only their hashes are kept. */
export async function replaceRecoveryCodes(
  { clock }: { clock: Pick<Clock, 'now'> },
  trx: Transaction,
  userId: string,
): Promise<string[]> {
  const plain = Array.from({ length: codes }, () =>
    Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join(''),
  );
  const createdAt = clock.now();
  await RecoveryCode.query(trx).where({ userId }).delete();
  for (const code of plain)
    await RecoveryCode.query(trx).insert({ codeHash: hashSecret(code), userId, createdAt });
  return plain.map((code) => code.replaceAll(/(.{4})(?=.)/g, '$1-'));
}

/** Uses up a code in the caller's transaction. @throws Problem `unauthenticated`. */
export async function useRecoveryCode(
  { clock }: { clock: Pick<Clock, 'now'> },
  trx: Transaction,
  { userId, code }: { userId: string; code: string },
): Promise<void> {
  const used = await RecoveryCode.query(trx)
    .findById(hashSecret(normalise(code)))
    .where({ userId })
    .whereNull('usedAt')
    .patch({ usedAt: clock.now() });
  if (used === 0)
    throw new Problem('unauthenticated', 'This recovery code is wrong or was used. Try another.');
}
