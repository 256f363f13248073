import { Problem } from '@star-graph/core/errors';

/**
 * Bounds how much of a person's work runs at once; the rest waits in order. Waiting work holds no connection to the
 * database, or one person's requests could take all of them.
 */
export interface Turns {
  /** @throws Problem `rate-limited` when too many of this person wait; else what `work` throws. */
  take<Result>(personId: string, work: () => Promise<Result>): Promise<Result>;
}

interface Line {
  inHand: number;
  waiting: (() => void)[];
}

export function createTurns(limits: { atOnce: number; waiting: number }): Turns {
  const lines = new Map<string, Line>();

  function leave(personId: string, line: Line): void {
    const next = line.waiting.shift();
    // The place goes to the next in line.
    if (next) next();
    else {
      line.inHand -= 1;
      if (line.inHand === 0) lines.delete(personId);
    }
  }

  return {
    async take(personId, work) {
      const line = lines.get(personId) ?? { inHand: 0, waiting: [] };
      lines.set(personId, line);
      if (line.inHand < limits.atOnce) line.inHand += 1;
      else if (line.waiting.length < limits.waiting)
        await new Promise<void>((resolve) => line.waiting.push(resolve));
      else
        throw new Problem(
          'rate-limited',
          `More than ${limits.waiting} of your requests are waiting. Send the next ones when these are answered.`,
          { retryAfterSeconds: 5 },
        );
      try {
        return await work();
      } finally {
        leave(personId, line);
      }
    },
  };
}
