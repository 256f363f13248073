import type { Database } from '../../../ground/db/connect.ts';
import { openStatuses, Task } from '../../../ground/db/models/task.ts';
import { Problem } from '../../../ground/errors.ts';

export interface QueueBound {
  /** @throws Problem `queue-full` while the platform has too many unfinished tasks. */
  requireRoom(): Promise<void>;
}

/** How long a count is reused: the bound protects from floods, and a count per request would be a flood itself. */
const countLifeMs = 250;

/** The bound on everybody's unfinished tasks together; that of one person is a quota (`money/quotas`). Requests within one count's life may exceed it. */
export function createQueueBound(
  deps: { database: Database; clock: { monotonicMs(): number } },
  readLimit: () => Promise<number>,
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
      if (open >= (await readLimit()))
        throw new Problem('queue-full', 'The platform has all the work it can take. Try again in a minute.', {
          retryAfterSeconds: 30,
        });
    },
  };
}
