import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { findLocale, translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import { describeState } from '../../runs/describeState.ts';
import type { ShownProblem } from '../../runs/problem.ts';
import { isEnded, type Run } from '../../runs/run.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { useNews } from '../useBackground.ts';
import { ParamsForm } from './ParamsForm.tsx';
import { chooseFirst, listStarting } from './sourceWorkflows.ts';
import { listTranslationLines } from './translationLines.ts';

const runId = new URLSearchParams(location.search).get('run') ?? '';

/** The form of a run that waits for its values. Closing it before the yes ends the run. */
export function ComposePage() {
  const { run, problem: runProblem } = useRun();
  const { listed, problem } = useWorkflows();
  const { offered, workflow, choose } = useChoice(run, listed?.workflows);
  const shownProblem = runProblem ?? problem ?? run?.problem;
  // The same object for one workflow: with another one the form starts over.
  const source = useMemo(
    () => workflow && listed && { workflow, listed: listed.workflows, models: listed.models },
    [workflow, listed],
  );
  const isOver = run === null || (run !== undefined && isEnded(run));
  const isAsking = run && !isOver && run.taskId === undefined;
  return (
    <main>
      <header class="compose-head">
        <h1>{workflow?.title[findLocale()] ?? translate(run?.inputKind ? 'videoMenu' : 'img2img')}</h1>
        {run && !isOver && run.state !== 'quoted' && (
          <p class="sg-quiet sg-small state-line" role="status">
            <Ring size={16} />
            {describeState(run)}
          </p>
        )}
      </header>
      <ProblemLine problem={shownProblem} />
      {isOver && <p>{translate(run?.state === 'succeeded' ? 'stateSucceeded' : 'runMissing')}</p>}
      {run?.translation && listed && !isOver && <TranslationLines run={run} listed={listed.workflows} />}
      {workflow === null && <p>{translate('workflowMissing')}</p>}
      {!shownProblem && !isOver && workflow === undefined && <SkeletonText lines={6} />}
      {isAsking && workflow && offered.length > 1 && (
        <WorkflowChoice offered={offered} chosen={workflow.name} onChoose={choose} />
      )}
      {isAsking && source && (
        <ParamsForm
          run={run}
          source={source}
          // From here on the picture shows the progress; a run without a page has only this window.
          onSubmitted={() => run.place && window.close()}
          onCancel={() => void background.cancelRun(run.id).then(() => window.close())}
        />
      )}
    </main>
  );
}

function useRun() {
  const [run, setRun] = useState<Run | null>();
  const [problem, setProblem] = useState<ShownProblem>();
  const turn = useRef(0);
  useNews((news) => {
    if (news.kind === 'run' && news.run.id === runId) {
      turn.current += 1;
      setRun(news.run);
    }
    if (news.kind !== 'listening') return;
    const own = ++turn.current;
    background.findRun(runId).then(
      // News that came meanwhile is newer than what was read.
      (found) => own === turn.current && setRun(found),
      (error: unknown) => setProblem(problemOf(error)),
    );
  });
  return { run, problem };
}

/** The workflows that the run's picture or video can start, and the one that the form is for; null: there is none. */
function useChoice(run: Run | null | undefined, listed: readonly WorkflowView[] | undefined) {
  const [chosen, choose] = useState<string>();
  const { workflow: wished = '', inputKind = 'image', translation } = run ?? {};
  // Values that were translated are for one workflow.
  const isFixed = translation !== undefined;
  const offered = useMemo(
    () => (listed && !isFixed ? listStarting(listed, inputKind) : []),
    [listed, inputKind, isFixed],
  );
  const find = (name: string) => listed?.find((one) => one.name === name);
  const first = isFixed ? find(wished) : chooseFirst(offered, wished);
  return { offered, workflow: run && listed && (find(chosen ?? '') ?? first ?? null), choose };
}

interface WorkflowChoiceProps {
  offered: readonly WorkflowView[];
  chosen: string;
  onChoose(name: string): void;
}

function WorkflowChoice({ offered, chosen, onChoose }: WorkflowChoiceProps) {
  return (
    <div class="workflow-choice" data-testid="workflow">
      <Field label={translate('workflow')}>
        <Select
          value={chosen}
          onChange={onChoose}
          options={offered.map(({ name, title, available, reason }) => ({
            value: name,
            label: title[findLocale()],
            ...(available ? {} : { disabled: true, description: reason }),
          }))}
        />
      </Field>
    </div>
  );
}

interface Listed {
  workflows: readonly WorkflowView[];
  /** What people call model files. */
  models: readonly ModelView[];
}

function useWorkflows() {
  const [listed, setListed] = useState<Listed>();
  const [problem, setProblem] = useState<ShownProblem>();
  useEffect(() => {
    Promise.all([background.listWorkflows(), background.listModels()]).then(
      ([workflows, models]) => setListed({ workflows, models }),
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, []);
  return { listed, problem };
}

/** What became of the values of a result that is made again. */
function TranslationLines({ run, listed }: { run: Run; listed: readonly WorkflowView[] }) {
  const { translation, workflow } = run;
  if (!translation) return null;
  const described = [workflow, translation.from].map((name) => listed.find((one) => one.name === name));
  const words = { locale: findLocale(), sizeTitle: translate('size') };
  return (
    <ul class="translated sg-small" data-testid="translated">
      {listTranslationLines(translation.notes, described, words).map((line) => (
        <li key={line.join(' ')}>{translate(...line)}</li>
      ))}
    </ul>
  );
}
