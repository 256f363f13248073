import type { EventView } from '@star-graph/contract/events';
import type { WallTask } from '@star-graph/contract/guilds/activityRoutes';
import type { TaskView } from '@star-graph/contract/tasks/tasks';

/** Whether the rules of the room's server let others see a member's task. */
export type MayShow = (discordId: string, task: TaskView) => boolean;

interface Maker {
  userId: string;
  discordId: string;
}

/** What is on the wall of a room. */
interface WallTasks {
  mayShow: MayShow;
  /** Shows a task that its maker has made for this room. @returns what others see of it, if they do. */
  show(maker: Maker, task: TaskView): WallTask[];
  /** @returns what changed for others. */
  change(maker: Maker, event: EventView): WallTask[];
  /** Its maker has left. */
  drop(userId: string): void;
  list(): WallTask[];
}

export function createWallTasks(roomId: string): WallTasks {
  const shown = new Map<string, { userId: string; task: WallTask }>();
  const wall: WallTasks = {
    mayShow: () => false,
    show({ userId, discordId }, task) {
      if (task.meta.room !== roomId || !wall.mayShow(discordId, task)) return [];
      const known = shown.get(task.id)?.task;
      // What has ended stays as it ended.
      if (known?.finishedAt !== undefined && task.finishedAt === undefined) return [];
      const view = toWallTask(task, discordId);
      shown.set(task.id, { userId, task: view });
      return [view];
    },
    change(maker, event) {
      if (event.type === 'state_snapshot') return event.data.tasks.flatMap((task) => wall.show(maker, task));
      if (event.type === 'task_created') return wall.show(maker, event.data.task);
      const known = shown.get(event.taskId)?.task;
      if (!known || known.finishedAt !== undefined) return [];
      const next = changeTask(known, event);
      // A preview is for those who look now: the next one is soon there.
      const { preview: _preview, ...progress } = next.progress;
      shown.set(known.id, { userId: maker.userId, task: { ...next, progress } });
      return [next];
    },
    drop(userId) {
      for (const [id, one] of shown) if (one.userId === userId) shown.delete(id);
    },
    list: () => [...shown.values()].map(({ task }) => task),
  };
  return wall;
}

function toWallTask(task: TaskView, discordId: string): WallTask {
  const { id, status, params, progress, outputs, createdAt, finishedAt } = task;
  return {
    id,
    discordId,
    status,
    ...(typeof params.prompt === 'string' ? { prompt: params.prompt } : {}),
    progress: toWallProgress(progress),
    outputs,
    createdAt,
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

/** What a cancel would cost is for its person alone. */
const toWallProgress = ({ cancelCost: _cancelCost, ...progress }: TaskView['progress']) => progress;

type Change = Exclude<EventView, { type: 'state_snapshot' | 'task_created' }>;

function changeTask(task: WallTask, event: Change): WallTask {
  switch (event.type) {
    case 'task_queued':
      return { ...task, status: 'queued', progress: { percent: 0 } };
    case 'task_started':
      return { ...task, status: 'running' };
    case 'progress_update':
      return { ...task, progress: toWallProgress(event.data) };
    case 'task_completed':
      return { ...end(task, event), status: 'succeeded', outputs: event.data.outputs };
    case 'task_failed':
      return { ...end(task, event), status: 'failed' };
    case 'task_cancelled':
      return { ...end(task, event), status: 'cancelled' };
  }
}

const end = (task: WallTask, { timestamp }: Change): WallTask => ({ ...task, finishedAt: timestamp });
