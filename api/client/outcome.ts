import type { ProblemCodeView } from '@star-graph/contract/problems';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { FollowedTask } from './applyEvent.ts';
import { codeOf } from './clientProblem.ts';

/** In credits. `paid` stays paid; `returned` was held and is back with whoever paid. */
interface Settled {
  paid: number;
  returned: number;
}

/**
 * What became of a task, for its person.
 * - `open`: it waits or runs;
 * - `result`: there is something to show. `withheld`: how many more there are, which nobody is shown;
 * - `withheld`: it was made, and a safety check or a moderator keeps all that there is of it from everybody;
 * - `deleted`: it was made, and its person, an administrator or the retention has deleted it;
 * - `failed`: nothing was made. `code`: of a newer platform, one that this client may not know. `hasOwnPrice`: it cost
 *   something, and the sentence of its code says that it did not;
 * - `cancelled`: it was called off.
 */
export type Outcome =
  | { kind: 'open' }
  | ({ kind: 'result'; outputs: TaskView['outputs']; withheld: number } & Settled)
  | ({ kind: 'withheld'; withheld: number } & Settled)
  | ({ kind: 'deleted' } & Settled)
  | ({ kind: 'failed'; code?: ProblemCodeView; error?: TaskView['error']; hasOwnPrice: boolean } & Settled)
  | ({ kind: 'cancelled' } & Settled);

export function outcomeOf(task: Omit<FollowedTask, 'id' | 'attempt' | 'progress'>): Outcome {
  const { status, outputs, withheld = 0, error, cost, charged } = task;
  switch (status) {
    case 'queued':
    case 'assigned':
    case 'running':
      return { kind: 'open' };
    case 'succeeded': {
      // What was made is paid for, whoever sees it: see `settlementOf` in core.
      const settled = { paid: charged ?? cost, returned: 0 };
      if (outputs.length > 0) return { kind: 'result', outputs, withheld, ...settled };
      return withheld > 0 ? { kind: 'withheld', withheld, ...settled } : { kind: 'deleted', ...settled };
    }
    case 'failed': {
      const code = error && codeOf(error);
      const settled = settle(cost, charged);
      return {
        kind: 'failed',
        code,
        error,
        hasOwnPrice: settled.paid > 0 && code !== 'out-of-time',
        ...settled,
      };
    }
    case 'cancelled':
      return { kind: 'cancelled', ...settle(cost, charged) };
  }
}

const settle = (cost: number, paid = 0): Settled => ({ paid, returned: cost - paid });
