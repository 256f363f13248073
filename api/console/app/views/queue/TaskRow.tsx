import { isOpen } from '@star-graph/workflows/shared/taskStatuses';
import { RotateCcw, X } from 'lucide';
import { useCallback } from 'preact/hooks';
import type { TaskView } from '../../../../contract/tasks/tasks.ts';
import { Button, LinkButton } from '../../../../ui/controls/Button.tsx';
import { Ring } from '../../../../ui/feedback/Ring.tsx';
import { Stars } from '../../../../ui/feedback/Stars.tsx';
import { StateChip } from '../../../../ui/feedback/StateChip.tsx';
import { formatCredits, formatDuration } from '../../../../ui/texts/formats.ts';
import { Time } from '../../../../ui/texts/Time.tsx';
import { nameWorkflow } from '../../data/catalogue.ts';
import { putTask } from '../../data/live.ts';
import { isOwnGraph, saidBy } from '../../data/ownGraph.ts';
import { describeProblem, describeProblemView } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { texts } from './texts.ts';

/** One task: its picture, what it is, how far it is, and what one can do about it. */
export function TaskRow({ task, preview }: { task: TaskView; preview: string | undefined }) {
  const cancel = useCallback(
    async () => putTask(await api.cancelTask({ params: { id: task.id } })),
    [task.id],
  );
  const { post, isBusy, error } = usePost(cancel);
  const prompt = saidBy({ workflow: task.workflow, prompt: task.params.prompt });
  return (
    <li class="queue-row" data-task={task.id} data-status={task.status}>
      <TaskPicture task={task} preview={preview} />
      <div class="queue-words">
        <div class="queue-head">
          <strong>{nameWorkflow(task.workflow.name)}</strong>
          <StateChip state={task.status} percent={task.progress.percent} />
          <span class="queue-quiet">
            <Time at={task.createdAt} />
          </span>
        </div>
        {prompt && (
          <p class="queue-prompt" dir="auto">
            {prompt}
          </p>
        )}
        <p class="queue-quiet">{describeStanding(task)}</p>
        {task.error && <p class="queue-error">{describeProblemView(task.error)}</p>}
        {error !== undefined && (
          <p class="queue-error" role="alert">
            {describeProblem(error)}
          </p>
        )}
      </div>
      <div class="queue-end">
        <Stars amount={task.charged ?? task.cost} />
        {isOpen(task.status) ? (
          <Button look="quiet" size="small" icon={X} busy={isBusy} onClick={() => void post()}>
            {task.progress.cancelCost
              ? texts.cancelFor(formatCredits(task.progress.cancelCost))
              : texts.cancel}
          </Button>
        ) : (
          !isOwnGraph(task) && (
            <LinkButton look="quiet" size="small" icon={RotateCcw} href={`/create?from=${task.id}`}>
              {texts.repeat}
            </LinkButton>
          )
        )}
      </div>
    </li>
  );
}

/** Keeps its shape: the result, else the last preview behind the ring. */
function TaskPicture({ task, preview }: { task: TaskView; preview: string | undefined }) {
  const [result] = task.outputs;
  const address =
    result?.thumbnailUrl ?? (result?.mime.startsWith('image/') ? result.url : undefined) ?? preview;
  if (result && address)
    return (
      <a class="queue-picture" href={`/gallery/${result.id}`} aria-label={texts.openResult}>
        <img src={address} alt="" loading="lazy" />
      </a>
    );
  return (
    <span class="queue-picture">
      {address && <img class="queue-preview" src={address} alt="" />}
      {isOpen(task.status) && (
        <Ring size={32} percent={task.status === 'running' ? task.progress.percent : undefined} />
      )}
    </span>
  );
}

/** The place in the queue, or the step, and how long it will take. */
function describeStanding({ status, progress, withheld }: TaskView): string {
  const { queuePosition, step, steps, etaSeconds } = progress;
  const parts: string[] = [];
  if (status === 'queued' && queuePosition !== undefined) parts.push(texts.place(queuePosition));
  if (status === 'running' && step !== undefined && steps !== undefined) parts.push(texts.step(step, steps));
  if (isOpen(status) && etaSeconds !== undefined) parts.push(texts.left(formatDuration(etaSeconds)));
  if (withheld) parts.push(texts.withheld(withheld));
  return parts.join(' · ');
}
