import { ClientProblem } from '@star-graph/client/clientProblem';
import { type Outcome, outcomeOf } from '@star-graph/client/outcome';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { formatCredits } from '@star-graph/ui/texts/formats';
import { describeProblem } from '../../../data/problemText.ts';
import { texts } from '../results/texts.ts';

interface End {
  kind: Exclude<Outcome['kind'], 'open' | 'result'>;
  title: string;
  hint?: string | undefined;
}

/** A task that ended without anything to show, in words; undefined: there are results, or will be. */
export function describeEnd(task: TaskView): End | undefined {
  const outcome = outcomeOf(task);
  switch (outcome.kind) {
    case 'open':
    case 'result':
      return undefined;
    case 'failed': {
      const hint = outcome.error && describeProblem(new ClientProblem(outcome.error));
      return { kind: 'failed', title: texts.failed, hint: outcome.hasOwnPrice ? texts.failedPaid : hint };
    }
    case 'cancelled': {
      const { paid } = outcome;
      return {
        kind: 'cancelled',
        title: paid > 0 ? texts.cancelledFor(formatCredits(paid)) : texts.cancelled,
      };
    }
    case 'withheld':
      return { kind: 'withheld', title: texts.withheld, hint: texts.withheldHint };
    case 'deleted':
      return { kind: 'deleted', title: texts.gone, hint: texts.goneHint };
  }
}
