import { ClientProblem } from '@star-graph/api/client/clientProblem';
import type { TaskView } from '@star-graph/api/contract/tasks';
import { useState } from 'preact/hooks';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { findLocale, translate } from '../../ui/translate.ts';
import { background, problemOf } from '../callBackground.ts';
import type { ShownProblem } from '../problem.ts';

/** One task: what it is, how it goes, and what can be done with it. */
export function TaskItem({ task }: { task: TaskView }) {
  const [isDeleted, setDeleted] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  const act = (work: () => Promise<unknown>) => {
    setProblem(undefined);
    work().catch((error: unknown) => setProblem(problemOf(error)));
  };
  const [output] = isDeleted ? [] : task.outputs;
  const isOpen = ['queued', 'assigned', 'running'].includes(task.status);
  return (
    <li data-task={task.id} data-status={task.status}>
      {output ? <Thumbnail task={task} /> : <div class="thumbnail" />}
      <div>
        <strong>
          {translate(`filter_${task.type}`)} · {translate(`status_${task.status}`)}
        </strong>
        <p class="faint small">
          {new Date(task.createdAt).toLocaleString(findLocale())} · {translate('costLine', task.cost)}
          {task.meta.sourceUrl && (
            <>
              {' · '}
              <a href={task.meta.sourceUrl} target="_blank" rel="noreferrer">
                {translate('sourcePage')}
              </a>
            </>
          )}
        </p>
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
          {output && (
            <>
              <button type="button" onClick={() => act(() => background.openAsset(output.id))}>
                {translate('openResult')}
              </button>
              <button
                type="button"
                onClick={() => act(() => background.deleteAsset(output.id).then(() => setDeleted(true)))}
              >
                {translate('deleteResult')}
              </button>
            </>
          )}
        </div>
        <ProblemLine problem={problem} />
      </div>
    </li>
  );
}

function Thumbnail({ task }: { task: TaskView }) {
  const [output] = task.outputs;
  if (!output) return null;
  const alt = typeof task.params.prompt === 'string' ? task.params.prompt : translate(`filter_${task.type}`);
  // Thumbnails are made after the end; videos have nothing else that an image could show.
  const url = output.thumbnailUrl ?? (output.mime.startsWith('image/') ? output.url : undefined);
  return url ? <img class="thumbnail" src={url} alt={alt} loading="lazy" /> : <div class="thumbnail" />;
}

function Params({ params }: { params: Record<string, unknown> }) {
  const shown = Object.entries(params).filter(([, value]) => value !== null && typeof value !== 'object');
  if (shown.length === 0) return null;
  return (
    <details>
      <summary class="small faint prompt">{String(params.prompt ?? params.scale ?? '')}</summary>
      <dl>
        {shown.map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{String(value)}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}
