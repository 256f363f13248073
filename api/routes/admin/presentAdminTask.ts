import type { AdminTaskView, AttemptView } from '@star-graph/contract/admin/adminTasks';
import type { Database } from '@star-graph/core/ground/db/connect';
import type { Attempt } from '@star-graph/core/ground/db/models/backend';
import { findCurrentBackends, type TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { presentTasks, type TaskPresenterDeps } from '../tasks/presentTask.ts';

/** A task's details for administrators: where each attempt ran, and why it failed. */
export function presentAttempt(row: Attempt): AttemptView {
  const { attempt, backendId, state, promptId, fault, failure, assignedAt } = row;
  const times = { postedAt: row.postedAt, startedAt: row.startedAt, endedAt: row.endedAt };
  return {
    attempt,
    backendId,
    state,
    ...(promptId === null ? {} : { promptId }),
    ...(fault === null ? {} : { fault }),
    ...(failure === null ? {} : { failure }),
    assignedAt: assignedAt.toISOString(),
    ...Object.fromEntries(
      Object.entries(times).flatMap(([name, time]) => (time ? [[name, time.toISOString()]] : [])),
    ),
  };
}

/** A task for administrators, with its owner and backend. */
export async function presentAdminTasks(
  deps: TaskPresenterDeps & { database: Database },
  found: readonly TaskWithOutputs[],
): Promise<AdminTaskView[]> {
  const tasks = found.map(({ task }) => task);
  const [views, backends] = await Promise.all([
    presentTasks(deps, found),
    findCurrentBackends(deps.database, tasks),
  ]);
  return views.flatMap((view, at) => {
    const task = tasks[at];
    if (!task) return [];
    const backendId = backends.get(task.id);
    return [{ ...view, userId: task.userId, failures: task.failures, ...(backendId ? { backendId } : {}) }];
  });
}
