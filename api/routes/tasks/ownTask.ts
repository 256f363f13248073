import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { cancelTask } from '@star-graph/core/work/tasks/cancelTask';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import type { ApiDeps } from '../../apiDeps.ts';
import { presentTask, type TaskPresenterDeps } from './presentTask.ts';

/** Shared by the routes and the STOMP destination. @throws Problem everything `cancelTask` throws. */
export const cancelOwnTask = (
  deps: Pick<ApiDeps, 'database' | 'clock' | 'wakeSignals' | 'progress' | 'chargesCancel'>,
  taskId: string,
  caller: PersonCaller,
  isCharged: boolean,
): Promise<void> => cancelTask(deps, taskId, caller.account.id, isCharged ? deps : undefined);

export async function readTask(
  deps: TaskPresenterDeps & Pick<ApiDeps, 'database'>,
  taskId: string,
  userId: string,
): Promise<TaskView> {
  return presentTask(deps, await requireTaskWithOutputs(deps.database, taskId, userId));
}
