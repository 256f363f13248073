import type { Database } from '@star-graph/core/ground/db/connect';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { type Moment, type Step, steps } from './strikes.ts';

/** The backend of a moment; undefined for a moment without one. */
export interface Arrival {
  backendId: string | undefined;
}

/** Watches the attempts of one person, and tells when a moment of the plan has come. */
export interface Moments {
  /** Undefined when the trial ends before it comes. */
  reach(moment: Moment): Promise<Arrival | undefined>;
  stop(): Promise<void>;
}

interface Waiting {
  step: Step;
  nth: number;
  arrive: (arrival: Arrival | undefined) => void;
}

const lookEveryMs = 10;

export function createMoments(deps: { clock: Clock; db: Database }, userId: string): Moments {
  const stopped = new AbortController();
  /** By step: the attempts seen at or behind it, in the order of seeing. */
  const seen = new Map<Step, Map<string, string>>(steps.map((step) => [step, new Map()]));
  let waiting: Waiting[] = [];

  function note(attempts: readonly AttemptRow[]): void {
    for (const { taskId, attempt, backendId, state } of attempts) {
      for (const step of steps.slice(0, steps.indexOf(state) + 1))
        seen.get(step)?.set(`${taskId}:${attempt}`, backendId);
    }
    waiting = waiting.filter(({ step, nth, arrive }) => {
      const backendId = [...(seen.get(step)?.values() ?? [])][nth - 1];
      if (backendId === undefined) return true;
      arrive({ backendId });
      return false;
    });
  }

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        if (waiting.length > 0) note(await listAttempts(deps.db, userId));
      } catch {
        // A strike has hit the database; the next look shows what was missed.
      }
      await deps.clock.sleep(lookEveryMs, stopped.signal).catch(() => undefined);
    }
  }
  const watching = watch();

  return {
    async reach(moment) {
      let arrival: Arrival | undefined = { backendId: undefined };
      if (moment.after !== 'start') {
        const { promise, resolve } = Promise.withResolvers<Arrival | undefined>();
        waiting.push({ step: moment.after, nth: moment.nth, arrive: resolve });
        arrival = await promise;
      }
      if (!arrival || stopped.signal.aborted) return undefined;
      await deps.clock.sleep(moment.delayMs);
      return arrival;
    },
    async stop() {
      stopped.abort();
      for (const { arrive } of waiting) arrive(undefined);
      waiting = [];
      await watching;
    },
  };
}

interface AttemptRow {
  taskId: string;
  attempt: number;
  backendId: string;
  state: Step;
}

const listAttempts = (db: Database, userId: string): Promise<AttemptRow[]> =>
  db('attempts')
    .join('tasks', 'tasks.id', 'attempts.taskId')
    .where('tasks.userId', userId)
    .select('attempts.taskId', 'attempts.attempt', 'attempts.backendId', 'attempts.state');
