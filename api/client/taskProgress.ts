import type { EventView } from '@star-graph/contract/events';
import type { ProgressView, TaskView } from '@star-graph/contract/tasks/tasks';

/** How far a task is, gathered from its events. */
export interface TaskProgress {
  status: TaskView['status'];
  percent: number;
  queuePosition: number | undefined;
  step: number | undefined;
  steps: number | undefined;
  etaSeconds: number | undefined;
  /** What it would cost to cancel now, in credits. */
  cancelCost: number | undefined;
  /** The picture as it is by now, small. */
  preview: ProgressView['preview'] | undefined;
}

export const waiting: TaskProgress = {
  status: 'queued',
  percent: 0,
  queuePosition: undefined,
  step: undefined,
  steps: undefined,
  etaSeconds: undefined,
  cancelCost: undefined,
  preview: undefined,
};

/** What an event changes. An attempt that is made again starts at nothing. */
export function advanceProgress(progress: TaskProgress, event: EventView): TaskProgress {
  switch (event.type) {
    case 'state_snapshot': {
      const [task] = event.data.tasks;
      if (!task) return progress;
      return { ...waiting, ...task.progress, status: task.status };
    }
    case 'task_created':
      return { ...progress, status: event.data.task.status };
    case 'task_queued':
      return { ...waiting, queuePosition: progress.queuePosition };
    case 'task_started':
      return { ...progress, status: 'running', queuePosition: undefined };
    case 'progress_update': {
      const { preview = progress.preview } = event.data;
      return { ...waiting, ...event.data, status: progress.status, preview };
    }
    case 'task_completed':
      return { ...waiting, status: 'succeeded', percent: 100 };
    case 'task_failed':
      return { ...progress, status: 'failed' };
    case 'task_cancelled':
      return { ...progress, status: 'cancelled' };
  }
}
