import type { Transaction } from '../../db/connect.ts';
import { Attempt } from '../../db/models/backend.ts';
import type { Clock } from '../../runtime/clock.ts';

/**
 * Asks the owner of a backend to give back an attempt that has not begun. It is a request, not a move: the owner
 * removes the prompt, sees it gone and sets the task back to `queued`, or leaves it alone if it began meanwhile. A
 * later owner finds the request in the row.
 * @returns false when it began, ended or was recalled before, or while another transaction has its row.
 */
export async function recallAttempt(
  { clock }: { clock: Clock },
  trx: Transaction,
  { taskId, attempt, backendId }: { taskId: string; attempt: number; backendId: string },
): Promise<boolean> {
  const free = await Attempt.query(trx)
    .findById([taskId, attempt])
    .select('attempt')
    .forUpdate()
    .skipLocked();
  if (!free) return false;
  const marked = await Attempt.query(trx)
    .findById([taskId, attempt])
    .where({ backendId })
    .whereIn('state', ['assigned', 'posted'])
    .whereNull('recalledAt')
    .patch({ recalledAt: clock.now() });
  return marked === 1;
}
