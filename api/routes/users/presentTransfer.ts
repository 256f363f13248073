import type { Transfer } from '@star-graph/core/db/models/ledger';
import type { TransferView } from '../../contract/users/credits.ts';

/** A gift is stored from the giver's point of view; the receiver's statement shows it the other way round. */
export function presentTransfer(transfer: Transfer, userId: string): TransferView {
  const { id, kind, amount, taskId, reason, createdAt } = transfer;
  const isGiven = kind === 'gift' && transfer.userId === userId;
  return {
    id,
    kind,
    amount: isGiven ? -amount : amount,
    ...(taskId === null ? {} : { taskId }),
    reason,
    createdAt: createdAt.toISOString(),
  };
}
