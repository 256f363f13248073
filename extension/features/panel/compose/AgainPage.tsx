import type { WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import { useEffect, useState } from 'preact/hooks';
import { findLocale, translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
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
      <p>{translate('againLine')}</p>
      <ProblemLine problem={problem} />
      {choices?.length === 0 && <p>{translate('againNone')}</p>}
      {choices?.map(({ title, workflows }) => (
        <section key={title}>
          <h2>{title}</h2>
          <div class="row">
            {workflows.map((workflow) => (
              <button
                key={workflow.name}
                type="button"
                disabled={isChosen}
                data-workflow={workflow.name}
                onClick={() => choose(workflow)}
              >
                {workflow.model ?? translate('againChoose')}
              </button>
            ))}
          </div>
        </section>
      ))}
    </main>
  );
}
