import type { EventView } from '@star-graph/api/contract/events';
import type { TaskView } from '@star-graph/api/contract/tasks/tasks';

/** How far a task is, gathered from its events. */
export interface TaskProgress {
  status: TaskView['status'];
  percent: number;
  queuePosition: number | undefined;
  step: number | undefined;
  steps: number | undefined;
  etaSeconds: number | undefined;
  cancelCost: number | undefined;
}

export const waiting: TaskProgress = {
  status: 'queued',
  percent: 0,
  queuePosition: undefined,
  step: undefined,
  steps: undefined,
  etaSeconds: undefined,
  cancelCost: undefined,
};

/** What an event changes. An attempt that is made again starts at nothing. */
export function advanceProgress(progress: TaskProgress, event: EventView): TaskProgress {
  switch (event.type) {
    case 'state_snapshot': {
      const [task] = event.data.tasks;
      if (!task) return progress;
      const { percent, queuePosition, step, steps, etaSeconds, cancelCost } = task.progress;
      return { status: task.status, percent, queuePosition, step, steps, etaSeconds, cancelCost };
    }
    case 'task_created':
      return { ...progress, status: event.data.task.status };
    case 'task_queued':
      return { ...waiting, queuePosition: progress.queuePosition };
    case 'task_started':
      return { ...progress, status: 'running', queuePosition: undefined };
    case 'progress_update': {
      const { percent, queuePosition, step, steps, etaSeconds, cancelCost } = event.data;
      return { ...progress, percent, queuePosition, step, steps, etaSeconds, cancelCost };
    }
    case 'task_completed':
      return { ...waiting, status: 'succeeded', percent: 100 };
    case 'task_failed':
      return { ...progress, status: 'failed' };
    case 'task_cancelled':
      return { ...progress, status: 'cancelled' };
  }
}

/** A few words beside the bar. */
export function describeProgress(progress: TaskProgress): string {
  const { status, queuePosition, step, steps, etaSeconds, cancelCost } = progress;
  const words = [describeStatus(status)];
  if (queuePosition !== undefined && status !== 'running') words.push(`${queuePosition} before it`);
  if (step !== undefined && steps !== undefined) words.push(`step ${step} of ${steps}`);
  if (etaSeconds !== undefined && etaSeconds >= 1) words.push(`about ${Math.round(etaSeconds)} s left`);
  if (cancelCost !== undefined && status === 'running') words.push(`Ctrl-C costs ${cancelCost}`);
  return words.join(', ');
}

function describeStatus(status: TaskView['status']): string {
  if (status === 'assigned') return 'has a GPU server';
  return status === 'queued' ? 'waiting' : status;
}
