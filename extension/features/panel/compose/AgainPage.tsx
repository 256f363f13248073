import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { OptionContent } from '@star-graph/ui/fields/options.tsx';
import { toOption } from '@star-graph/ui/form/fields/modelOption.tsx';
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
  const [models, setModels] = useState<readonly ModelView[]>([]);
  const [problem, setProblem] = useState<ShownProblem>();
  const [isChosen, setChosen] = useState(false);
  const fail = (error: unknown) => {
    setProblem(problemOf(error));
    setChosen(false);
  };
  useEffect(() => {
    Promise.all([background.listWorkflows(), background.findTask(taskId), background.listModels()]).then(
      ([listed, task, known]) => {
        setModels(known);
        setChoices(listAgainChoices(listed, task, findLocale()));
      },
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
            <div class="again-models">
              {workflows.map((workflow) => (
                <button
                  key={workflow.name}
                  type="button"
                  class="sg-option"
                  disabled={isChosen}
                  data-workflow={workflow.name}
                  onClick={() => choose(workflow)}
                >
                  <OptionContent option={tileOf(workflow, models)} isChosen={false} />
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </main>
  );
}

/** As the form's list of models shows it: a sample, the name, what it costs. Where there is no choice there is no picture. */
function tileOf(workflow: WorkflowView, models: readonly ModelView[]) {
  const { name, model, family, leastCost, exampleSeconds: seconds } = workflow;
  const { sampleUrl } = models.find((one) => one.name === model) ?? {};
  const tile = toOption({ value: name, label: model ?? '', family, sampleUrl, leastCost, seconds }, true);
  return model === undefined ? { label: translate('againChoose'), value: name, facts: tile.facts } : tile;
}
