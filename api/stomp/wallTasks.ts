import { applyAnswer, applyEvent } from '@star-graph/client/applyEvent';
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

interface ShownTask {
  maker: Maker;
  task: TaskView;
}

export function createWallTasks(roomId: string): WallTasks {
  const shown = new Map<string, ShownTask>();
  /** A frame is for those who look now: the next one is soon there. */
  function keep(entry: ShownTask): void {
    const { preview: _preview, ...progress } = entry.task.progress;
    shown.set(entry.task.id, { ...entry, task: { ...entry.task, progress } });
  }
  const wall: WallTasks = {
    mayShow: () => false,
    show(maker, task) {
      if (task.meta.room !== roomId || !wall.mayShow(maker.discordId, task)) return [];
      const known = shown.get(task.id)?.task;
      const next = known ? applyAnswer(known, task) : task;
      if (next === known) return [];
      keep({ maker, task: next });
      return [toWallTask({ maker, task: next })];
    },
    change(maker, event) {
      if (event.type === 'state_snapshot') return event.data.tasks.flatMap((task) => wall.show(maker, task));
      if (event.type === 'task_created') return wall.show(maker, event.data.task);
      const known = shown.get(event.taskId);
      if (!known) return [];
      const task = applyEvent(known.task, event);
      if (task === known.task) return [];
      keep({ ...known, task });
      return [toWallTask({ ...known, task })];
    },
    drop(userId) {
      for (const [id, { maker }] of shown) if (maker.userId === userId) shown.delete(id);
    },
    list: () => [...shown.values()].map(toWallTask),
  };
  return wall;
}

function toWallTask({ maker: { discordId }, task }: ShownTask): WallTask {
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
