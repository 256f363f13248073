import type { Workflow } from '@star-graph/workflows';
import { Task } from '../../../../ground/db/models/task.ts';
import { retryWrite } from '../../../../ground/db/retryWrite.ts';
import type { Fence } from '../../../tasks/ownerFence.ts';
import type { AttemptDeps } from '../attempt.ts';

interface Work {
  task: Task;
  /** Undefined when this program does not have the version of it. */
  workflow: Workflow | undefined;
}

/**
 * Undefined when the task ended or went on without this attempt.
 * @param given its row as just assigned. A task that ended since is noticed when the prompt id is saved.
 */
export function findWork(
  deps: Pick<AttemptDeps, 'database' | 'catalogue' | 'clock' | 'logger'>,
  fence: Fence,
  signal: AbortSignal,
  given?: Task,
): Promise<Work | undefined> {
  const find = async (): Promise<Work | undefined> => {
    const task = given ?? (await Task.query(deps.database).findById(fence.taskId));
    const isCurrent = task?.attempt === fence.attempt;
    if (!isCurrent || (task.status !== 'assigned' && task.status !== 'running')) return undefined;
    return { task, workflow: await deps.catalogue.loadWorkflow(task.workflowName, task.workflowVersion) };
  };
  return retryWrite(deps, find, signal);
}
