import type { ProgressView, TaskView } from '@star-graph/contract/tasks/tasks';
import type { Task } from '@star-graph/core/ground/db/models/task';
import type { Storage } from '@star-graph/core/ground/storage/storage';
import type { ProgressReader, StoredProgress } from '@star-graph/core/work/events/progressBus';
import { cancelCostOf } from '@star-graph/core/work/tasks/charge';
import type { TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { presentOutcome } from '@star-graph/core/work/tasks/presentOutcome';
import { traceIdOf } from '@star-graph/core/work/tasks/taskTrace';

export interface TaskPresenterDeps {
  storage: Pick<Storage, 'signedUrl'>;
  progress: ProgressReader;
  /** Whether a cancel of a running task costs the computed share. */
  chargesCancel: () => boolean;
}

/** Presents rows to clients, with one look-up for the progress of all unfinished tasks. */
export async function presentTasks(
  deps: TaskPresenterDeps,
  found: readonly TaskWithOutputs[],
): Promise<TaskView[]> {
  const unfinished = found.filter(({ task }) => task.finishedAt === null).map(({ task }) => task.id);
  const progress = await deps.progress.findProgress(unfinished);
  return Promise.all(found.map((item) => presentOne(deps, item, progress.get(item.task.id))));
}

/** A task that was just accepted or has ended: it has no progress to look up. */
export const presentStill = (deps: TaskPresenterDeps, found: TaskWithOutputs): Promise<TaskView> =>
  presentOne(deps, found, undefined);

export async function presentTask(deps: TaskPresenterDeps, found: TaskWithOutputs): Promise<TaskView> {
  const [view] = await presentTasks(deps, [found]);
  if (!view) throw new Error('one task in, one task out');
  return view;
}

async function presentOne(
  deps: TaskPresenterDeps,
  found: TaskWithOutputs,
  stored: StoredProgress | undefined,
): Promise<TaskView> {
  const { task } = found;
  return {
    ...(await presentOutcome(deps, found)),
    type: task.type,
    workflow: { name: task.workflowName, version: task.workflowVersion },
    lane: task.lane,
    params: task.params,
    meta: task.meta,
    ...(task.payerGuildId === null ? {} : { payer: { guildId: task.payerGuildId } }),
    attempt: task.attempt,
    progress: presentProgress(deps, task, stored),
    ...(task.parentId === null ? {} : { parentId: task.parentId }),
    ...traceIdOf(task),
    createdAt: task.createdAt.toISOString(),
    ...(task.startedAt === null ? {} : { startedAt: task.startedAt.toISOString() }),
    ...(task.finishedAt === null ? {} : { finishedAt: task.finishedAt.toISOString() }),
  };
}

/** An earlier attempt's progress does not apply to this one. */
function presentProgress(
  { chargesCancel }: Pick<TaskPresenterDeps, 'chargesCancel'>,
  task: Task,
  stored: StoredProgress | undefined,
): ProgressView {
  if (task.status === 'succeeded') return { percent: 100 };
  if (!stored || stored.attempt !== task.attempt) return { percent: 0 };
  const { attempt: _attempt, cancelCost: _told, queuePosition, etaSeconds, ...reached } = stored;
  const eta = etaSeconds === undefined ? {} : { etaSeconds };
  // Queued again, the task has the number of the attempt that it lost. One that begins is known to run a moment later.
  if (task.status !== 'running')
    return { percent: 0, ...(queuePosition === undefined ? {} : { queuePosition, ...eta }) };
  // The task was still waiting when this progress was sent.
  if (queuePosition !== undefined) return { percent: 0 };
  const cancelCost = cancelCostOf(task, stored, chargesCancel());
  return { ...reached, ...eta, ...(cancelCost === 0 ? {} : { cancelCost }) };
}
