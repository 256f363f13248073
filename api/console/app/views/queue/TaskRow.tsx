import { outcomeOf } from '@star-graph/client/outcome';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { StateChip } from '@star-graph/ui/feedback/StateChip.tsx';
import { KindMark } from '@star-graph/ui/pictures/KindMark.tsx';
import { formatCredits, formatDuration } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { isOpen } from '@star-graph/workflows/shared/taskStatuses';
import { RotateCcw, X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useCallback } from 'preact/hooks';
import { nameWorkflow } from '../../data/catalogue.ts';
import { putTask } from '../../data/live.ts';
import { hasForm, saidBy } from '../../data/ownGraph.ts';
import { describeProblem, describeProblemView } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { assetIdsIn } from '../gallery/detail/useDetail.ts';
import { texts } from './texts.ts';

/** One task: how long it waits or what became of it, its price, and what one can do about it. */
export function TaskRow({ task, preview }: { task: TaskView; preview: string | undefined }) {
  const cancel = useCallback(
    async () => putTask(await api.cancelTask({ params: { id: task.id } })),
    [task.id],
  );
  const { post, isBusy, error } = usePost(cancel);
  const isEnded = !isOpen(task.status);
  return (
    <li
      class={isEnded ? 'queue-row queue-row-ended' : 'queue-row'}
      data-task={task.id}
      data-status={task.status}
    >
      <TaskPicture task={task} preview={preview} />
      <div class="queue-words">
        <div class="queue-head">
          <strong class="queue-prompt" dir="auto">
            {sayTask(task)}
          </strong>
          {task.status !== 'succeeded' && <StateChip state={task.status} percent={task.progress.percent} />}
        </div>
        <p class="queue-quiet">{isEnded ? <Ended task={task} /> : describeStanding(task)}</p>
        <WhyNothing task={task} />
        {error !== undefined && (
          <p class="queue-error" role="alert">
            {describeProblem(error)}
          </p>
        )}
      </div>
      <div class="queue-end">
        <Price task={task} />
        {!isEnded ? (
          <Button look="quiet" size="small" icon={X} busy={isBusy} onClick={() => void post()}>
            {task.progress.cancelCost
              ? texts.cancelFor(formatCredits(task.progress.cancelCost))
              : texts.cancel}
          </Button>
        ) : (
          hasForm(task.workflow.name) && (
            <LinkButton look="quiet" size="small" icon={RotateCcw} href={`/create?from=${task.id}`}>
              {task.status === 'succeeded' ? texts.repeat : texts.retry}
            </LinkButton>
          )
        )}
      </div>
    </li>
  );
}

/** What was asked for, in its person's words; what has none is known by what it does and to which size. */
function sayTask({ workflow, params, outputs }: TaskView): string {
  const prompt = saidBy({ workflow, prompt: params.prompt });
  if (prompt) return prompt;
  const [result] = outputs;
  // A sound, a text and a 3D model have none.
  const size = result && result.width > 0 && `${result.width} × ${result.height}`;
  return [nameWorkflow(workflow.name), size].filter(Boolean).join(' · ');
}

/** What it cost; what came to nothing cost nothing, unless it says so. */
function Price({ task: { status, charged, cost } }: { task: TaskView }) {
  if (!isOpen(status) && charged === 0 && cost > 0)
    return <span class="queue-quiet">{texts.notCharged}</span>;
  return <Stars amount={charged ?? cost} />;
}

/** Why it has nothing to show, where a word beside it does not say it all. */
function WhyNothing({ task }: { task: TaskView }) {
  const outcome = outcomeOf(task);
  switch (outcome.kind) {
    case 'open':
    case 'result':
    case 'cancelled':
      return null;
    case 'withheld':
    case 'deleted':
      return <p class="queue-quiet">{texts[outcome.kind]}</p>;
    case 'failed': {
      const { error, hasOwnPrice } = outcome;
      const reason = hasOwnPrice ? texts.failedPaid : error && describeProblemView(error);
      return reason ? <p class="queue-error">{reason}</p> : null;
    }
  }
}

/** How long it waited and ran. */
function Ended({ task }: { task: TaskView }) {
  const { workflow, params, createdAt, startedAt, finishedAt, cached } = task;
  const outcome = outcomeOf(task);
  const seconds = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1_000;
  const parts: ComponentChildren[] = [];
  if (saidBy({ workflow, prompt: params.prompt })) parts.push(nameWorkflow(workflow.name));
  if (cached) parts.push(texts.cached);
  else if (startedAt && finishedAt)
    parts.push(
      texts.waited(formatDuration(seconds(createdAt, startedAt))),
      texts.took(formatDuration(seconds(startedAt, finishedAt))),
    );
  if (outcome.kind === 'result' && outcome.withheld > 0) parts.push(texts.moreWithheld(outcome.withheld));
  return (
    <>
      {parts.map((part) => `${part} · `)}
      <Time at={finishedAt ?? createdAt} />
    </>
  );
}

/** Keeps its shape: the result, else the last preview behind the ring, else what it was given. */
function TaskPicture({ task, preview }: { task: TaskView; preview: string | undefined }) {
  const [result] = task.outputs;
  const drawn =
    result?.thumbnailUrl ?? (result?.mime.startsWith('image/') ? result.url : undefined) ?? preview;
  const [inputId] = drawn === undefined ? assetIdsIn(task.params) : [];
  const input = useResource(
    async (signal) => inputId && (await api.getAsset({ params: { id: inputId } }, { signal })),
    [inputId],
  );
  if (result)
    return (
      <a class="queue-picture" href={`/gallery/${result.id}`} aria-label={texts.openResult}>
        {isSeen(mediaKindOf(result.mime)) ? (
          drawn && <img src={drawn} alt="" loading="lazy" />
        ) : (
          <KindMark media={mediaKindOf(result.mime)} of={result} />
        )}
      </a>
    );
  // A picture that is gone meanwhile leaves its place empty.
  const shown = drawn ?? (input.value ? (input.value.thumbnailUrl ?? input.value.url) : undefined);
  return (
    <span class="queue-picture">
      {shown && <img class={isOpen(task.status) ? 'queue-preview' : undefined} src={shown} alt="" />}
      {isOpen(task.status) && (
        <Ring size={32} percent={task.status === 'running' ? task.progress.percent : undefined} />
      )}
    </span>
  );
}

/** The place in the queue, or the step, and how long it will take. */
function describeStanding({ status, progress, workflow, params }: TaskView): string {
  const { queuePosition, step, steps, etaSeconds } = progress;
  const parts = saidBy({ workflow, prompt: params.prompt }) ? [nameWorkflow(workflow.name)] : [];
  if (status === 'queued' && queuePosition !== undefined) parts.push(texts.place(queuePosition));
  if (status === 'running' && step !== undefined && steps !== undefined) parts.push(texts.step(step, steps));
  if (isOpen(status) && etaSeconds !== undefined) parts.push(texts.left(formatDuration(etaSeconds)));
  return parts.join(' · ');
}
