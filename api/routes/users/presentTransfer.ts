import type { Transfer } from '@star-graph/core/db/models/ledger';
import type { TransferView } from '../../contract/users/credits.ts';

/** A gift is in the giver's statement as they wrote it; the receiver sees what came. */
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
