import { untilAborted } from '@star-graph/core/ground/runtime/untilAborted';
import type { Progress, TaskEvent } from '@star-graph/core/work/events/event';
import type { LiveEvent } from '@star-graph/core/work/events/liveEvent';
import { requireTaskWithOutputs, type TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { isTerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { isTerminal, type TaskStatus } from '@star-graph/workflows/shared/taskStatuses';
import type { DoorDeps } from './doorDeps.ts';

interface FollowedTask {
  taskId: string;
  userId: string;
  signal: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/**
 * The task when it has ended, with its results. Its person's feed tells of the end, or a snapshot does where events
 * were missed; the database says what the end was.
 * @throws the signal's reason.
 */
export async function followTask(
  { feeds, database }: Pick<DoorDeps, 'feeds' | 'database'>,
  { taskId, userId, signal, onProgress }: FollowedTask,
): Promise<TaskWithOutputs> {
  const ended = Promise.withResolvers<void>();
  const stop = await feeds.open({ kind: 'user', id: userId }, { snapshot: true, taskId }, (event) => {
    if (event.type === 'progress_update') onProgress?.(progressOf(event));
    else if (isEnd(event, taskId)) ended.resolve();
  });
  try {
    await untilAborted(signal, () => ended.promise);
  } finally {
    stop();
  }
  return requireTaskWithOutputs(database, taskId, userId);
}

const progressOf = ({ body }: LiveEvent): Progress => (JSON.parse(body) as { data: Progress }).data;

function isEnd({ type, body }: LiveEvent, taskId: string): boolean {
  if (type !== 'state_snapshot') return isTerminalEventType(type);
  const snapshot: TaskEvent = JSON.parse(body);
  const tasks = snapshot.data.tasks as { id: string; status: TaskStatus }[];
  return tasks.some(({ id, status }) => id === taskId && isTerminal(status));
}
