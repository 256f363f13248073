import type { WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { findLocale, translate } from '../../../i18n/translate.ts';
import type { PanelNews } from '../../messaging/protocol.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import { describeState } from '../../runs/describeState.ts';
import { isEnded, type Run } from '../../runs/run.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { useNews } from '../useBackground.ts';
import { UploadedFile } from './FileControl.tsx';
import { ParamsForm } from './ParamsForm.tsx';
import { createForms } from './requestForm.ts';
import { chooseFirst, listStarting } from './sourceWorkflows.ts';
import { listTranslationLines } from './translationLines.ts';

const runId = new URLSearchParams(location.search).get('run') ?? '';

/** The form of a run that waits for its values. Closing it before the yes ends the run. */
export function ComposePage() {
  const { run, problem: runProblem } = useRun();
  const { listed, problem } = useWorkflows();
  const { offered, workflow, choose } = useChoice(run, listed);
  const shownProblem = runProblem ?? problem ?? run?.problem;
  // The same function for one workflow: with another one the form starts over.
  const formOf = useMemo(
    () => workflow && listed && createForms({ listed, workflow }, findLocale(), translate('model')),
    [workflow, listed],
  );
  const isOver = run === null || (run !== undefined && isEnded(run));
  return (
    <main>
      <h1>{workflow?.title[findLocale()] ?? translate(run?.inputKind ? 'videoMenu' : 'img2img')}</h1>
      <ProblemLine problem={shownProblem} />
      {isOver && <p>{run?.state === 'succeeded' ? translate('stateSucceeded') : translate('runMissing')}</p>}
      {run?.inputAssetId && !isOver && (
        <UploadedFile assetId={run.inputAssetId} isVideo={run.inputKind === 'video'} title={run.fileName} />
      )}
      {run && !isOver && (
        <p class="faint small" role="status">
          {describeState(run)}
        </p>
      )}
      {run?.translation && listed && !isOver && <TranslationLines run={run} listed={listed} />}
      {workflow === null && <p class="bad">{translate('workflowMissing')}</p>}
      {run?.taskId === undefined && !isOver && workflow && offered.length > 1 && (
        <WorkflowChoice offered={offered} chosen={workflow.name} onChoose={choose} />
      )}
      {run && workflow && formOf && !isOver && run.taskId === undefined && (
        <ParamsForm
          run={run}
          workflow={workflow.name}
          formOf={formOf}
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
  useEffect(() => {
    background.findRun(runId).then(setRun, (error: unknown) => setProblem(problemOf(error)));
  }, []);
  const onNews = useCallback((news: PanelNews) => {
    if (news.kind === 'run' && news.run.id === runId) setRun(news.run);
  }, []);
  useNews(onNews);
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
    <label>
      <span>{translate('workflow')}</span>
      <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)} data-testid="workflow">
        {offered.map(({ name, title, available, reason }) => (
          <option key={name} value={name} disabled={!available} title={reason}>
            {title[findLocale()]}
          </option>
        ))}
      </select>
    </label>
  );
}

function useWorkflows() {
  const [listed, setListed] = useState<readonly WorkflowView[]>();
  const [problem, setProblem] = useState<ShownProblem>();
  useEffect(() => {
    background.listWorkflows().then(setListed, (error: unknown) => setProblem(problemOf(error)));
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
    <ul class="small" data-testid="translated">
      {listTranslationLines(translation.notes, described, words).map((line) => (
        <li key={line.join(' ')}>{translate(...line)}</li>
      ))}
    </ul>
  );
}
