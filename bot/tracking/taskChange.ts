import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';

type TaskEvent = Exclude<EventView, { type: 'state_snapshot' | 'task_created' }>;

/** The changes that an event makes to a known task; undefined for an unknown one. */
export function toChange(task: TaskView | undefined, event: TaskEvent): Partial<TaskView> {
  switch (event.type) {
    case 'progress_update':
      // A place in the queue from before the start is outdated.
      if (task?.status === 'running' && event.data.queuePosition !== undefined) return {};
      // An event without a picture says nothing about the last one.
      return { progress: { ...keepPreview(task), ...event.data } };
    case 'task_queued':
      // The progress of a lost attempt is gone. The place in the queue may have arrived before.
      return { status: 'queued', attempt: event.data.attempt, progress: keepPlace(task) };
    case 'task_started':
      return { status: 'running', attempt: event.data.attempt, progress: withoutPlace(task) };
    case 'task_completed': {
      const { outputs, cached, cost, attempt } = event.data;
      return { status: 'succeeded', outputs, cached, cost, attempt };
    }
    case 'task_failed':
      return { status: 'failed', error: event.data.error, charged: event.data.charged ?? 0 };
    case 'task_cancelled':
      return { status: 'cancelled', charged: event.data.charged ?? 0 };
  }
}

const keepPreview = (task: TaskView | undefined) =>
  task?.progress.preview === undefined ? {} : { preview: task.progress.preview };

function keepPlace(task: TaskView | undefined): TaskView['progress'] {
  const { queuePosition, etaSeconds } = task?.progress ?? {};
  if (queuePosition === undefined) return { percent: 0 };
  return { percent: 0, queuePosition, ...(etaSeconds === undefined ? {} : { etaSeconds }) };
}

const withoutPlace = (task: TaskView | undefined): TaskView['progress'] =>
  task === undefined || task.progress.queuePosition !== undefined ? { percent: 0 } : task.progress;
