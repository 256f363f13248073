import { isOpen, type TaskView } from '@star-graph/contract/tasks/tasks';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { StateChip } from '@star-graph/ui/feedback/StateChip.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { KindMark } from '@star-graph/ui/pictures/KindMark.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';
import { Film, ImageOff } from 'lucide';
import { describeCredits } from '../../../i18n/describeCount.ts';
import { findLocale, translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import { endOfTask } from '../../runs/endOfTask.ts';
import { translateProblem } from '../../runs/translateProblem.ts';
import { Problem, ProblemLine } from '../ProblemLine.tsx';
import { TaskTools } from './TaskTools.tsx';

interface TaskItemProps {
  task: TaskView;
  /** What it made. */
  name: string;
  onOutputs(outputs: TaskView['outputs']): void;
}

/** One task: its picture, what it made, where from and when, and its tools. */
export function TaskItem({ task, name, onOutputs }: TaskItemProps) {
  const isDone = task.status === 'succeeded';
  return (
    <li class="task" data-task={task.id} data-status={task.status}>
      <Pictures task={task} name={name} />
      <div class="task-words">
        <div class="task-head">
          <strong>{withFactor(name, task.params)}</strong>
          {!isDone && <StateChip state={task.status} percent={task.progress.percent} />}
        </div>
        <TaskFacts task={task} />
        <ProblemLine problem={endOfTask(task)?.problem} />
        {task.outputs.length > 0 && task.withheld !== undefined && (
          <Problem>
            <p>{outcomeTexts.moreWithheld[findLocale()](task.withheld)}</p>
          </Problem>
        )}
        <Params params={task.params} />
        <TaskTools task={task} onOutputs={onOutputs} />
      </div>
    </li>
  );
}

/** Of what was enlarged. */
const withFactor = (name: string, { scale }: TaskView['params']): string =>
  typeof scale === 'number' ? `${name} ${scale}×` : name;

function TaskFacts({ task }: { task: TaskView }) {
  const [output] = task.outputs;
  const source = task.meta.sourceUrl;
  const { cancelCost } = task.progress;
  return (
    <>
      <p class="task-facts">
        {output && output.width > 0 && <span>{`${output.width} × ${output.height}`}</span>}
        <Stars amount={task.charged ?? task.cost} />
        <Time at={task.createdAt} />
      </p>
      {task.status === 'running' && cancelCost !== undefined && (
        <p class="task-facts">{translate('cancelCostLine', describeCredits(cancelCost))}</p>
      )}
      {source && (
        <p class="task-facts">
          <a
            class="sg-cut"
            href={source}
            title={translate('sourcePage')}
            target="_blank"
            rel="noopener noreferrer"
          >
            {URL.parse(source)?.host || translate('sourcePage')}
          </a>
        </p>
      )}
    </>
  );
}

function Pictures({ task, name }: { task: TaskView; name: string }) {
  const { prompt } = task.params;
  const alt = typeof prompt === 'string' ? prompt : name;
  const open = (assetId: string) =>
    void background
      .openAsset(assetId)
      .catch((error: unknown) => showToast({ tone: 'bad', text: translateProblem(problemOf(error)) }));
  if (task.outputs.length === 0)
    return (
      <div class="task-picture">
        {isOpen(task.status) ? (
          <Ring size={48} percent={task.status === 'running' ? task.progress.percent : undefined} />
        ) : (
          <Icon icon={ImageOff} size={24} />
        )}
      </div>
    );
  return (
    <div class="task-pictures">
      {task.outputs.map((output) => {
        // Thumbnails are made after the end; videos have nothing else that an image could show.
        const url = output.thumbnailUrl ?? (output.mime.startsWith('image/') ? output.url : undefined);
        const media = mediaKindOf(output.mime);
        return (
          <button
            key={output.id}
            type="button"
            class="task-picture"
            title={translate('openResult')}
            aria-label={`${translate('labelled', translate('openResult'))}${alt}`}
            onClick={() => open(output.id)}
          >
            {url && isSeen(media) ? (
              <img src={url} alt="" loading="lazy" />
            ) : isSeen(media) ? (
              <Icon icon={Film} size={24} />
            ) : (
              <KindMark media={media} of={output} />
            )}
          </button>
        );
      })}
    </div>
  );
}

/** The prompt in two lines, and all values for a press on it. */
function Params({ params }: { params: Record<string, unknown> }) {
  const shown = Object.entries(params).filter(([, value]) => value !== null && typeof value !== 'object');
  const { prompt } = params;
  if (typeof prompt !== 'string' || prompt === '') return null;
  return (
    <details class="task-params">
      <summary class="prompt" title={translate('showWhole')} dir="auto">
        {prompt}
      </summary>
      <Facts
        facts={shown.flatMap(([name, value]) => (name === 'prompt' ? [] : [[name, String(value)] as const]))}
      />
    </details>
  );
}
