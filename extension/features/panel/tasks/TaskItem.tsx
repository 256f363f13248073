import { ClientProblem } from '@star-graph/api/client/clientProblem';
import { isOpen as isOpenStatus, type TaskView } from '@star-graph/api/contract/tasks/tasks';
import { Time } from '@star-graph/api/ui/texts/Time.tsx';
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { describeCredits } from '../../../i18n/describeCount.ts';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import { ProblemLine } from '../ProblemLine.tsx';

/** One task: what it made, where from and when, its progress and its actions. */
export function TaskItem({ task, onDeleted }: { task: TaskView; onDeleted(): void }) {
  const [problem, setProblem] = useState<ShownProblem>();
  const act = (work: () => Promise<unknown>) => {
    setProblem(undefined);
    work().catch((error: unknown) => setProblem(problemOf(error)));
  };
  const isOpen = isOpenStatus(task.status);
  return (
    <li data-task={task.id} data-status={task.status}>
      <Thumbnails task={task} onOpen={(assetId) => act(() => background.openAsset(assetId))} />
      <div>
        <div class="head">
          <strong>{translate(`filter_${task.type}`)}</strong>
          <span class="state">{translate(`status_${task.status}`)}</span>
        </div>
        <TaskFacts task={task} />
        {isOpen && <progress max="100" value={task.progress.percent} />}
        {task.error && (
          <ProblemLine problem={{ code: new ClientProblem(task.error).code, detail: task.error.detail }} />
        )}
        <Params params={task.params} />
        <div class="row">
          {isOpen && (
            <button type="button" onClick={() => act(() => background.cancelTask(task.id))}>
              {translate('cancel')}
            </button>
          )}
          {!isOpen && (
            <button type="button" onClick={() => act(() => background.repeatTask(task, false))}>
              {translate('runAgain')}
            </button>
          )}
          {!isOpen && 'seed' in task.params && (
            <button type="button" onClick={() => act(() => background.repeatTask(task, true))}>
              {translate('variation')}
            </button>
          )}
          {task.status === 'succeeded' && (
            <button type="button" onClick={() => act(() => background.openAgainWith(task.id))}>
              {translate('againWith')}
            </button>
          )}
          {task.outputs.length > 0 && (
            <button type="button" onClick={() => act(() => deleteOutputs(task).then(onDeleted))}>
              {translate('deleteResult')}
            </button>
          )}
        </div>
        <ProblemLine problem={problem} />
      </div>
    </li>
  );
}

function TaskFacts({ task }: { task: TaskView }) {
  const cost = task.charged ?? task.cost;
  const [output] = task.outputs;
  const source = task.meta.sourceUrl;
  return (
    <p class="faint small facts">
      <Time at={task.createdAt} /> ·{' '}
      <span title={translate('costLine', cost)}>
        {cost} <span class="star">★</span>
      </span>
      {output && ` · ${output.width} × ${output.height}`}
      {task.status === 'running' && task.progress.cancelCost !== undefined && (
        <> · {translate('cancelCostLine', describeCredits(task.progress.cancelCost))}</>
      )}
      {source && (
        <>
          {' · '}
          <a href={source} title={translate('sourcePage')} target="_blank" rel="noreferrer">
            {URL.parse(source)?.host || translate('sourcePage')}
          </a>
        </>
      )}
    </p>
  );
}

const deleteOutputs = (task: TaskView) =>
  Promise.all(task.outputs.map((output) => background.deleteAsset(output.id)));

function Thumbnails({ task, onOpen }: { task: TaskView; onOpen(assetId: string): void }) {
  const { prompt } = task.params;
  const alt = typeof prompt === 'string' ? prompt : translate(`filter_${task.type}`);
  if (task.outputs.length === 0) return <div class="thumbnail" />;
  return (
    <div>
      {task.outputs.map((output) => {
        // Thumbnails are made after the end; videos have nothing else that an image could show.
        const url = output.thumbnailUrl ?? (output.mime.startsWith('image/') ? output.url : undefined);
        return (
          <button
            key={output.id}
            type="button"
            class="open"
            title={translate('openResult')}
            onClick={() => onOpen(output.id)}
          >
            {url ? (
              <img class="thumbnail" src={url} alt={alt} loading="lazy" />
            ) : (
              <span class="thumbnail">{translate('openResult')}</span>
            )}
          </button>
        );
      })}
    </div>
  );
}

function Params({ params }: { params: Record<string, unknown> }) {
  const shown = Object.entries(params).filter(([, value]) => value !== null && typeof value !== 'object');
  if (shown.length === 0) return null;
  return (
    <details>
      <summary class="small faint prompt" title={translate('showWhole')}>
        {String(params.prompt ?? (params.scale ? `${params.scale}×` : ''))}
      </summary>
      <dl>
        {shown.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
