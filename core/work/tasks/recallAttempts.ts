import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Attempt } from '../../ground/db/models/backend.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { type LeaderFence, leads } from './leaderFence.ts';

interface RecalledAttempt {
  taskId: string;
  attempt: number;
  backendId: string;
}

/**
 * Another dispatcher may lead by now: then nothing is recalled, and the next round notices.
 * @returns those that were recalled.
 */
export function recallAttempts<Planned extends RecalledAttempt>(
  deps: { database: Database; clock: Clock },
  leader: LeaderFence,
  planned: readonly Planned[],
): Promise<Planned[]> {
  return inTransaction(deps.database, async (trx) => {
    const done: Planned[] = [];
    if (!(await leads(trx, leader))) return done;
    for (const one of planned) if (await recallAttempt(deps, trx, one)) done.push(one);
    return done;
  });
}

/**
 * Asks the owner of a backend to give back an attempt that has not begun. It is a request, not a move: the owner
 * removes the prompt, sees it gone and sets the task back to `queued`, or leaves it alone if it began meanwhile. A
 * later owner finds the request in the row.
 * @returns false when it began, ended or was recalled before, or while another transaction has its row.
 */
async function recallAttempt(
  { clock }: { clock: Clock },
  trx: Transaction,
  { taskId, attempt, backendId }: RecalledAttempt,
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
