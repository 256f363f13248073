import { isTerminal, type TerminalStatus } from '@star-graph/workflows/shared/taskStatuses';
import type { TrialHistory } from './history.ts';

/** The used part of an event, from either transport. */
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

/** Records the ends that an event reports: of its task, or of the tasks in a snapshot. */
export function noteEvent(history: TrialHistory, event: EventBody, via: 'stomp' | 'sse'): void {
  const status = endings[event.type];
  if (status) history.sightings.push({ taskId: event.taskId, status, via });
  for (const task of event.type === 'state_snapshot' ? (event.data.tasks ?? []) : []) {
    if (isTerminal(task.status)) history.sightings.push({ taskId: task.id, status: task.status, via });
  }
}
