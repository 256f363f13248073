import type { TaskProgress, TaskView } from '@star-graph/client/index';

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
