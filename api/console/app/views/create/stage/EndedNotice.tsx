import { ClientProblem } from '@star-graph/client/clientProblem';
import { outcomeOf } from '@star-graph/client/outcome';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { formatCredits } from '@star-graph/ui/texts/formats';
import { CircleAlert, CircleSlash, EyeOff } from 'lucide';
import { describeProblem } from '../../../data/problemText.ts';
import { texts } from '../results/texts.ts';
import { Notice } from './Notice.tsx';

export interface EndedNoticeProps {
  task: TaskView;
  onAgain: (() => void) | undefined;
  onChange: (() => void) | undefined;
}

/** A task that ended without anything to show. */
export function EndedNotice({ task, ...ways }: EndedNoticeProps) {
  const outcome = outcomeOf(task);
  switch (outcome.kind) {
    case 'open':
    case 'result':
      return null;
    case 'failed': {
      const { code, error, paid } = outcome;
      const isSaid = paid === 0 || code === 'out-of-time';
      const hint = isSaid ? error && describeProblem(new ClientProblem(error)) : texts.failedPaid;
      return <Notice {...ways} icon={CircleAlert} tone="bad" title={texts.failed} hint={hint} />;
    }
    case 'cancelled': {
      const { paid } = outcome;
      const title = paid > 0 ? texts.cancelledFor(formatCredits(paid)) : texts.cancelled;
      return <Notice {...ways} icon={CircleSlash} tone="plain" title={title} />;
    }
    case 'withheld':
      return <Notice {...ways} icon={EyeOff} tone="plain" title={texts.withheld} hint={texts.withheldHint} />;
    case 'deleted':
      return <Notice {...ways} icon={CircleSlash} tone="plain" title={texts.gone} hint={texts.goneHint} />;
  }
}
