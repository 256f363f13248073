import type { EventView } from '@star-graph/contract/events';
import type { ProgressView, TaskView } from '@star-graph/contract/tasks/tasks';

/** A task as the page knows it: the last state that the server told, with the last preview as an address. */
export interface LiveTask {
  task: TaskView;
  preview?: string;
}

export type LiveTasks = ReadonlyMap<string, LiveTask>;

/**
 * The tasks after an event. An event may come twice; one about a task that the page does not know is ignored until its
 * snapshot comes.
 */
export function applyEvent(tasks: LiveTasks, event: EventView): LiveTasks {
  if (event.type === 'state_snapshot') {
    const known = new Map(tasks);
    for (const task of event.data.tasks) known.set(task.id, { ...known.get(task.id), task });
    return known;
  }
  if (event.type === 'task_created') return put(tasks, { task: event.data.task });
  const live = tasks.get(event.taskId);
  // What has ended stays as it ended.
  if (!live || live.task.finishedAt !== undefined) return tasks;
  return put(tasks, change(live, event));
}

/** The tasks after an answer to a request. Its event may have come first, and an end stays. */
export function applyAnswer(tasks: LiveTasks, task: TaskView): LiveTasks {
  const last = tasks.get(task.id);
  if (last?.task.finishedAt !== undefined && task.finishedAt === undefined) return tasks;
  return put(tasks, { ...last, task });
}

function put(tasks: LiveTasks, live: LiveTask): LiveTasks {
  return new Map(tasks).set(live.task.id, live);
}

type Change = Exclude<EventView, { type: 'state_snapshot' | 'task_created' }>;

function change({ task, preview }: LiveTask, event: Change): LiveTask {
  const ended = { finishedAt: event.timestamp };
  const kept = preview === undefined ? {} : { preview };
  switch (event.type) {
    case 'task_queued':
      // A new attempt draws anew.
      return { task: { ...task, status: 'queued', attempt: event.data.attempt, progress: { percent: 0 } } };
    case 'task_started':
      return {
        ...kept,
        task: { ...task, status: 'running', attempt: event.data.attempt, startedAt: event.timestamp },
      };
    case 'progress_update':
      return withProgress({ task, ...kept }, event.data);
    case 'task_completed': {
      const { outputs, cached, cost, withheld } = event.data;
      const done = { ...task, status: 'succeeded' as const, outputs, cached, cost, charged: cost, ...ended };
      return { task: withheld === undefined ? done : { ...done, withheld } };
    }
    case 'task_failed':
      return {
        task: {
          ...task,
          status: 'failed',
          error: event.data.error,
          charged: event.data.charged ?? 0,
          ...ended,
        },
      };
    case 'task_cancelled':
      return { task: { ...task, status: 'cancelled', charged: event.data.charged ?? 0, ...ended } };
  }
}

/** A preview that did not come this time is the last one; its copy in the progress is dropped. */
function withProgress({ task, preview }: LiveTask, { preview: frame, ...progress }: ProgressView): LiveTask {
  const address = frame ? `data:${frame.mime};base64,${frame.base64}` : preview;
  return { task: { ...task, progress }, ...(address === undefined ? {} : { preview: address }) };
}
