import { createHash } from 'node:crypto';
import type { Transaction } from '../../ground/db/connect.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { useLocked } from './grantLocks.ts';
import { postTransfer } from './transfer.ts';

/**
 * Pays for a text that a model has written. The same work under the same key is paid once.
 * @param work what was asked for: a key that is used for something else pays again.
 * @throws Problem `insufficient-credits`.
 */
export async function payText(
  deps: { clock: Clock },
  trx: Transaction,
  { userId, amount, key, work }: { userId: string; amount: number; key: string; work: string },
): Promise<void> {
  if (amount === 0) return;
  const at = deps.clock.now();
  const digest = createHash('sha256').update(`${key}\n${work}`).digest('base64url');
  const isNew = await postTransfer(trx, {
    businessKey: `text:${userId}:${digest}`,
    kind: 'text',
    userId,
    amount: -amount,
    entries: [
      { account: 'available', userId, amount: -amount },
      { account: 'revenue', userId, amount },
    ],
    at,
  });
  if (isNew) await sendPacket(trx, useLocked(trx, userId, amount, at));
}
