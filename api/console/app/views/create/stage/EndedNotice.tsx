import { ClientProblem } from '@star-graph/client/clientProblem';
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
  const { status, error, charged, withheld } = task;
  if (status === 'failed')
    return (
      <Notice
        {...ways}
        icon={CircleAlert}
        tone="bad"
        title={texts.failed}
        hint={error && describeProblem(new ClientProblem(error))}
      />
    );
  if (status === 'cancelled') {
    const title = charged ? texts.cancelledFor(formatCredits(charged)) : texts.cancelled;
    return <Notice {...ways} icon={CircleSlash} tone="plain" title={title} />;
  }
  if (withheld)
    return <Notice {...ways} icon={EyeOff} tone="plain" title={texts.withheld} hint={texts.withheldHint} />;
  return <Notice {...ways} icon={CircleSlash} tone="plain" title={texts.gone} />;
}
