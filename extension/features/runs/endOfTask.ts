import type { FollowedTask } from '@star-graph/client/applyEvent';
import { outcomeOf } from '@star-graph/client/outcome';
import type { Run } from './run.ts';

/** How a run ends with its task; undefined while that waits or runs. */
export function endOfTask(task: Omit<FollowedTask, 'id' | 'attempt' | 'progress'>): Partial<Run> | undefined {
  const outcome = outcomeOf(task);
  switch (outcome.kind) {
    case 'open':
      return undefined;
    case 'result':
      return { state: 'succeeded', cost: outcome.paid, outputAssetId: outcome.outputs[0]?.id };
    case 'withheld':
      return { state: 'failed', charged: outcome.paid, problem: { code: 'result-withheld' } };
    case 'deleted':
      return { state: 'failed', charged: outcome.paid, problem: { code: 'result-deleted' } };
    case 'failed': {
      const { code = 'generation-failed', hasOwnPrice, error, paid } = outcome;
      const problem = { code: hasOwnPrice ? ('failed-paid' as const) : code, detail: error?.detail };
      return { state: 'failed', charged: paid, problem };
    }
    case 'cancelled':
      return { state: 'cancelled', charged: outcome.paid };
  }
}
