import { isTerminalStatus, type TerminalStatus, type TrialHistory } from './history.ts';

/** What is read of an event, whichever way it came. */
export interface EventBody {
  type: string;
  taskId: string;
  seq: string;
  data: { tasks?: { id: string; status: string }[] };
}

const endings: Readonly<Record<string, TerminalStatus>> = {
  task_completed: 'succeeded',
  task_failed: 'failed',
  task_cancelled: 'cancelled',
};

/** Takes down what an event says about ends: of its task, or of those in a snapshot. */
export function noteEvent(history: TrialHistory, event: EventBody, via: 'stomp' | 'sse'): void {
  const status = endings[event.type];
  if (status) history.sightings.push({ taskId: event.taskId, status, via });
  for (const task of event.type === 'state_snapshot' ? (event.data.tasks ?? []) : []) {
    if (isTerminalStatus(task.status)) history.sightings.push({ taskId: task.id, status: task.status, via });
  }
}
