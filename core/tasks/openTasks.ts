import type { Database, Transaction } from '../db/connect.ts';
import { Balance } from '../db/models/ledger.ts';
import { openStatuses, Task } from '../db/models/task.ts';
import { invariant, Problem } from '../errors.ts';

/**
 * Counts one more unfinished task of a user. It also locks the balance row, which serialises a user's acceptances.
 * @throws Problem `quota-exceeded` at the limit.
 */
export async function countOpened(trx: Transaction, userId: string, limit: number): Promise<void> {
  const counted = await Balance.query(trx)
    .findById(userId)
    .where('openTasks', '<', limit)
    .patch({ openTasks: trx.raw('open_tasks + 1') as unknown as number });
  if (counted === 1) return;
  throw new Problem(
    'quota-exceeded',
    `You have ${limit} unfinished tasks, which is the limit. Wait until one finishes or cancel one.`,
    { retryAfterSeconds: 10 },
  );
}

export async function countClosed(trx: Transaction, userId: string): Promise<void> {
  const counted = await Balance.query(trx)
    .findById(userId)
    .patch({ openTasks: trx.raw('open_tasks - 1') as unknown as number });
  invariant(counted === 1, `user ${userId} has no balance row`);
}

export interface QueueBound {
  /** @throws Problem `queue-full` while the platform has too many unfinished tasks. */
  requireRoom(): Promise<void>;
}

/** How long a count is believed: the bound protects from floods, and a count a request would itself be one. */
const countLifeMs = 250;

/** The bound on all unfinished tasks together: it may be passed by what arrives within one count's life. */
export function createQueueBound(
  deps: { database: Database; clock: { monotonicMs(): number } },
  limit: number,
): QueueBound {
  let counted: { atMs: number; open: Promise<number> } | undefined;
  const countOpen = async (): Promise<number> => {
    const row = await Task.query(deps.database).whereIn('status', openStatuses).count('* as n').first();
    return Number((row as unknown as { n: number | string }).n);
  };
  return {
    async requireRoom() {
      const nowMs = deps.clock.monotonicMs();
      if (!counted || nowMs - counted.atMs > countLifeMs) counted = { atMs: nowMs, open: countOpen() };
      const current = counted;
      const open = await current.open.catch((error) => {
        if (counted === current) counted = undefined;
        throw error;
      });
      if (open >= limit)
        throw new Problem(
          'queue-full',
          'The platform has as much work as it can promise. Try again in a minute.',
          {
            retryAfterSeconds: 30,
          },
        );
    },
  };
}
