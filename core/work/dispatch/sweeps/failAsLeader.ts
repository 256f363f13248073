import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import type { TaskError } from '../../../ground/db/models/task.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { failQueuedTask } from '../../tasks/failQueuedTask.ts';
import { leads } from '../../tasks/leaderFence.ts';
import { countFinished } from '../../tasks/taskMetrics.ts';
import type { Leadership } from '../leader/leadership.ts';

/** Fails a waiting task. @returns whether it did; undefined if this dispatcher no longer leads. */
export async function failAsLeader(
  deps: { database: Database; clock: Clock },
  leader: NonNullable<Leadership['held']>,
  task: { id: string; workflowName: string },
  error: TaskError,
): Promise<boolean | undefined> {
  const isFailed = await inTransaction(deps.database, async (trx) =>
    (await leads(trx, leader)) ? failQueuedTask(deps, trx, task.id, error) : undefined,
  );
  if (isFailed) countFinished(task.workflowName, 'failed');
  return isFailed;
}
