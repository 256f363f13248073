import * as client from '@star-graph/client/applyEvent';
import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';

/** A task as the page knows it, with its last frame as an address. */
export interface LiveTask {
  task: TaskView;
  preview?: string;
}

export type LiveTasks = ReadonlyMap<string, LiveTask>;

/** The tasks after an event. One about a task that the page does not know is ignored until its snapshot comes. */
export function applyEvent(tasks: LiveTasks, event: EventView): LiveTasks {
  if (event.type === 'state_snapshot') return event.data.tasks.reduce(applyAnswer, tasks);
  if (event.type === 'task_created') return applyAnswer(tasks, event.data.task);
  const live = tasks.get(event.taskId);
  return live ? put(tasks, live, client.applyEvent(live.task, event)) : tasks;
}

/** The tasks after an answer to a request. Its event may have come first, and an end stays. */
export function applyAnswer(tasks: LiveTasks, task: TaskView): LiveTasks {
  const live = tasks.get(task.id);
  return put(tasks, live, live ? client.applyAnswer(live.task, task) : task);
}

function put(tasks: LiveTasks, last: LiveTask | undefined, task: TaskView): LiveTasks {
  if (task === last?.task) return tasks;
  const { preview } = task.progress;
  const live = preview ? { task, preview: `data:${preview.mime};base64,${preview.base64}` } : { task };
  return new Map(tasks).set(task.id, live);
}
