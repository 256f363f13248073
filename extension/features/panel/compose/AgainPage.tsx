import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Wand } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { findLocale, translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../runs/problem.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { type AgainChoice, listAgainChoices } from './againChoices.ts';

/** The workflows that a result can be made again with. Choosing one opens its form in this window. */
export function AgainPage({ taskId, runId }: { taskId: string; runId: string | undefined }) {
  const [choices, setChoices] = useState<AgainChoice[]>();
  const [problem, setProblem] = useState<ShownProblem>();
  const [isChosen, setChosen] = useState(false);
  const fail = (error: unknown) => {
    setProblem(problemOf(error));
    setChosen(false);
  };
  useEffect(() => {
    Promise.all([background.listWorkflows(), background.findTask(taskId)]).then(
      ([listed, task]) => setChoices(listAgainChoices(listed, task, findLocale())),
      fail,
    );
  }, [taskId]);
  const choose = ({ name, outputKind }: WorkflowView) => {
    setProblem(undefined);
    setChosen(true);
    // A film cannot stand in a picture's place.
    background.startAgainWith(taskId, name, outputKind === 'image' ? runId : undefined).then((run) => {
      location.search = new URLSearchParams({ run: run.id }).toString();
    }, fail);
  };
  return (
    <main>
      <h1>{translate('againTitle')}</h1>
      <p class="sg-quiet">{translate('againLine')}</p>
      <ProblemLine problem={problem} />
      {choices === undefined && !problem && <SkeletonText lines={5} />}
      {choices?.length === 0 && <EmptyState icon={Wand} title={translate('againNone')} />}
      <ul class="again">
        {choices?.map(({ title, workflows }) => (
          <li key={title}>
            <h2>{title}</h2>
            <div class="row">
              {workflows.map((workflow) => (
                <Button
                  key={workflow.name}
                  size="small"
                  disabled={isChosen}
                  data-workflow={workflow.name}
                  onClick={() => choose(workflow)}
                >
                  {workflow.model ?? translate('againChoose')}
                </Button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </main>
  );
}
