import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { isOpen } from '@star-graph/workflows/shared/taskStatuses';

/** The part of a task that its events tell of. */
export type FollowedTask = Pick<TaskView, 'id' | 'status' | 'attempt' | 'progress' | 'outputs' | 'cost'> &
  Partial<Pick<TaskView, 'withheld' | 'error' | 'charged' | 'cached' | 'startedAt' | 'finishedAt'>>;

type Change = Exclude<EventView, { type: 'state_snapshot' | 'task_created' }>;

/**
 * The task after an event. Events may come again, late, and about other tasks: what is older than the task changes
 * nothing, and then the answer is the same object.
 */
export function applyEvent<Task extends FollowedTask>(task: Task, event: EventView): Task {
  switch (event.type) {
    case 'state_snapshot':
      return event.data.tasks.filter(({ id }) => id === task.id).reduce<Task>(applyAnswer, task);
    case 'task_created':
      return event.data.task.id === task.id ? applyAnswer(task, event.data.task) : task;
    default:
      return event.taskId === task.id && isOpen(task.status) ? change(task, event) : task;
  }
}

/**
 * The task as an answer or a snapshot has it, unless that was read before what is known. A frame of the same attempt
 * stays until the next one.
 */
export function applyAnswer<Task extends FollowedTask>(task: Task, told: TaskView): Task {
  if (isOlder(told, task)) return task;
  const { preview } = task.progress;
  const isSameAttempt = isOpen(told.status) && told.status !== 'queued' && told.attempt === task.attempt;
  if (preview === undefined || !isSameAttempt) return { ...task, ...told };
  return { ...task, ...told, progress: { preview, ...told.progress } };
}

type Stage = Pick<TaskView, 'status' | 'attempt'>;

/** Within an attempt, in the order of time: a task that lost its attempt waits with the number of that one. */
const stages: Record<TaskView['status'], number> = {
  assigned: 0,
  running: 1,
  queued: 2,
  succeeded: 3,
  failed: 3,
  cancelled: 3,
};

function isOlder(told: Stage, known: Stage): boolean {
  if (isOpen(told.status) !== isOpen(known.status)) return isOpen(told.status);
  return (
    told.attempt - known.attempt < 0 ||
    (told.attempt === known.attempt && stages[told.status] < stages[known.status])
  );
}

const isNews = (told: Stage, known: Stage): boolean => isOlder(known, told);

/** Of an open task. */
function change<Task extends FollowedTask>(task: Task, event: Change): Task {
  switch (event.type) {
    case 'task_queued': {
      const stage = { status: 'queued', attempt: event.data.attempt } as const;
      // What the lost attempt had reached is gone. A place in the queue may have come before.
      if (!isNews(stage, task)) return task;
      return { ...task, ...stage, progress: placeOf(task), startedAt: undefined };
    }
    case 'task_started': {
      const stage = { status: 'running', attempt: event.data.attempt } as const;
      if (!isNews(stage, task)) return task;
      // Its progress may have come before, and a place in the queue says that it did not.
      const progress = task.progress.queuePosition === undefined ? task.progress : { percent: 0 };
      return { ...task, ...stage, progress, startedAt: event.timestamp };
    }
    case 'progress_update': {
      // A place in the queue from before the start is outdated.
      if (task.status === 'running' && event.data.queuePosition !== undefined) return task;
      const { preview } = task.progress;
      // An event without a frame says nothing about the last one.
      return { ...task, progress: { ...(preview && { preview }), ...event.data } };
    }
    case 'task_completed': {
      const { attempt, outputs, withheld, cached, cost } = event.data;
      const told = { attempt, outputs, withheld, cached, cost, charged: cost };
      return end(task, event, { ...told, status: 'succeeded', progress: { percent: 100 } });
    }
    case 'task_failed': {
      const { attempt, error, charged = 0 } = event.data;
      return end(task, event, { attempt, status: 'failed', error, charged });
    }
    case 'task_cancelled': {
      const { attempt, charged = 0 } = event.data;
      return end(task, event, { attempt, status: 'cancelled', charged });
    }
  }
}

/** Nothing is under way any more: how far it came stays. */
function end<Task extends FollowedTask>(
  task: Task,
  { timestamp }: Change,
  told: Partial<FollowedTask>,
): Task {
  const { percent } = task.progress;
  return { ...task, progress: { percent }, ...told, finishedAt: timestamp };
}

function placeOf({ progress: { queuePosition, etaSeconds } }: FollowedTask): TaskView['progress'] {
  if (queuePosition === undefined) return { percent: 0 };
  return { percent: 0, queuePosition, ...(etaSeconds !== undefined && { etaSeconds }) };
}
