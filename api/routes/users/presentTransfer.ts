import type { TransferView } from '@star-graph/contract/users/credits';
import type { Transfer } from '@star-graph/core/ground/db/models/ledger';

/** A gift and its reversal are stored from the giver's point of view; the receiver's statement turns them round. */
export function presentTransfer(transfer: Transfer, userId: string): TransferView {
  const { id, kind, amount, taskId, reason, createdAt } = transfer;
  const isOwn = transfer.userId === userId;
  const isTurned = (kind === 'gift' && isOwn) || (kind === 'reversal' && !isOwn);
  return {
    id,
    kind,
    amount: isTurned ? -amount : amount,
    ...(taskId === null ? {} : { taskId }),
    reason,
    createdAt: createdAt.toISOString(),
  };
}
