import { Problem } from '@star-graph/core/ground/errors';

/**
 * Bounds how much of a person's work runs at once; the rest waits in order. Waiting work holds no connection to the
 * database, or one person's requests could take all of them.
 */
export interface PerUserQueue {
  /** @throws Problem `rate-limited` when too many of this person wait; else what `work` throws. */
  take<Result>(personId: string, work: () => Promise<Result>): Promise<Result>;
}

interface UserQueue {
  inHand: number;
  waiting: (() => void)[];
}

export function createPerUserQueue(limits: { atOnce: number; waiting: number }): PerUserQueue {
  const queues = new Map<string, UserQueue>();

  function leave(personId: string, queue: UserQueue): void {
    const next = queue.waiting.shift();
    // The turn goes to the next in queue.
    if (next) next();
    else {
      queue.inHand -= 1;
      if (queue.inHand === 0) queues.delete(personId);
    }
  }

  return {
    async take(personId, work) {
      const queue = queues.get(personId) ?? { inHand: 0, waiting: [] };
      queues.set(personId, queue);
      if (queue.inHand < limits.atOnce) queue.inHand += 1;
      else if (queue.waiting.length < limits.waiting)
        await new Promise<void>((resolve) => queue.waiting.push(resolve));
      else
        throw new Problem(
          'rate-limited',
          `More than ${limits.waiting} of your requests are waiting. Send the next ones when these are answered.`,
          { retryAfterSeconds: 5 },
        );
      try {
        return await work();
      } finally {
        leave(personId, queue);
      }
    },
  };
}
