import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Database } from '@star-graph/core/ground/db/connect';
import type { PresentTasks } from '@star-graph/core/work/events/taskPresenter';
import { findTasksWithOutputs, type TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import type { Logger } from 'pino';
import { presentTasks, type TaskPresenterDeps } from './presentTask.ts';

/**
 * Tasks as events show them. One that cannot be shown is left out and logged, so that it does not block all other
 * events; its own events then say less.
 */
export function createTasksById(deps: TaskPresenterDeps & { database: Database; log: Logger }): PresentTasks {
  return async (taskIds) => {
    const found = await findTasksWithOutputs(deps.database, taskIds);
    const views = await presentTasks(deps, found).catch(() => presentEach(deps, found));
    const byId = new Map(views.map((view) => [view.id, view]));
    return new Map(taskIds.flatMap((taskId) => entryOf(taskId, byId.get(taskId))));
  };
}

const entryOf = (taskId: string, view: TaskView | undefined): [string, TaskView][] =>
  view ? [[taskId, view]] : [];

async function presentEach(
  deps: TaskPresenterDeps & { log: Logger },
  found: readonly TaskWithOutputs[],
): Promise<TaskView[]> {
  const views: TaskView[] = [];
  for (const item of found) {
    try {
      views.push(...(await presentTasks(deps, [item])));
    } catch (error) {
      deps.log.error({ err: error, taskId: item.task.id }, 'a task cannot be shown');
    }
  }
  return views;
}
