import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useEffect, useState } from 'preact/hooks';
import { describeCredits } from '../../../i18n/describeCount.ts';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../runs/problem.ts';
import { ProblemLine } from '../ProblemLine.tsx';

/** The question whether to cancel a task, where no page can cover it. Closing it means no. */
export function CancelPage({ runId }: { runId: string }) {
  const [cost, setCost] = useState<number | null>(null);
  const [problem, setProblem] = useState<ShownProblem>();
  const fail = (error: unknown) => setProblem(problemOf(error));
  useEffect(() => {
    background.findCancelCost(runId).then(setCost, fail);
  }, [runId]);
  return (
    <main>
      <h1>{translate('cancelTitle')}</h1>
      <ProblemLine problem={problem} />
      {cost !== null && <p>{translate('cancelCostLine', describeCredits(cost))}</p>}
      <div class="row">
        <Button
          look="primary"
          onClick={() => void background.cancelRun(runId).then(() => window.close(), fail)}
        >
          {translate('cancelYes')}
        </Button>
        <Button look="quiet" onClick={() => window.close()}>
          {translate('cancelNo')}
        </Button>
      </div>
    </main>
  );
}
