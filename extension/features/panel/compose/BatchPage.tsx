import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useEffect, useState } from 'preact/hooks';
import { describeCredits, describePictures } from '../../../i18n/describeCount.ts';
import { translate } from '../../../i18n/translate.ts';
import type { BatchView } from '../../messaging/rpc.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../runs/problem.ts';
import { ProblemLine } from '../ProblemLine.tsx';

/** The question of a batch where no page can cover it. Closing it is no answer: its pictures still wait for one. */
export function BatchPage({ batchId }: { batchId: string }) {
  const [batch, setBatch] = useState<BatchView>();
  const [problem, setProblem] = useState<ShownProblem>();
  const fail = (error: unknown) => setProblem(problemOf(error));
  useEffect(() => {
    background.findBatch(batchId).then(setBatch, fail);
  }, [batchId]);
  const answer = (isYes: boolean) =>
    void background.answerBatch(batchId, isYes).then(() => window.close(), fail);
  return (
    <main>
      <h1>{translate('batchTitle')}</h1>
      <ProblemLine problem={problem} />
      {batch && (
        <p role="status" data-testid="batch">
          {batch.cost === null
            ? translate('batchQuestionNoCost', describePictures(batch.count))
            : translate('batchQuestion', describePictures(batch.count), describeCredits(batch.cost))}
        </p>
      )}
      <div class="row">
        <Button look="primary" disabled={!batch?.count} onClick={() => answer(true)}>
          {translate('batchYes')}
        </Button>
        <Button look="quiet" onClick={() => answer(false)}>
          {translate('cancel')}
        </Button>
      </div>
    </main>
  );
}
