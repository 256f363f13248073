import type { Logger } from 'pino';
import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import { Task, type TaskError } from '../../../ground/db/models/task.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { isReadable, needsKeyOf } from '../../../library/catalogue/namedChoices.ts';
import { type ModelFiles, unfitSentence } from '../../../library/catalogue/unfitSentence.ts';
import { failQueuedTask } from '../../tasks/failQueuedTask.ts';
import { leads } from '../../tasks/leaderFence.ts';
import { countFinished } from '../../tasks/taskMetrics.ts';
import type { Leadership } from '../leader/leadership.ts';

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  catalogue: Pick<Catalogue, 'loadWorkflow' | 'findUnfit'>;
  wakeSignals: Pick<WakeSignals, 'send'>;
  leadership: Pick<Leadership, 'held'>;
}

const tasksAtOnce = 500;

/**
 * Fails the tasks that wait for models which run on no backend, as another task showed: they would hold their credits
 * for ever. @returns how many.
 */
export async function failUnfitTasks(deps: Deps, signal: AbortSignal): Promise<number> {
  const leader = deps.leadership.held;
  if (!leader) return 0;
  const known = new Map<string, ModelFiles | undefined>();
  let failed = 0;
  let after = '';
  for (;;) {
    signal.throwIfAborted();
    const tasks = await Task.query(deps.database)
      .where({ status: 'queued' })
      .where('id', '>', after)
      .orderBy('id')
      .limit(tasksAtOnce);
    for (const task of tasks) {
      const models = await findUnfit(deps, task, known);
      if (!models) continue;
      const error = { code: 'model-unusable', detail: unfitSentence(models) } as const;
      const isFailed = await failOne(deps, leader, task.id, error);
      if (isFailed === undefined) return failed;
      if (isFailed) {
        failed += 1;
        countFinished(task.workflowName, 'failed');
      }
    }
    after = tasks.at(-1)?.id ?? after;
    if (tasks.length < tasksAtOnce) break;
  }
  if (failed === 0) return 0;
  deps.wakeSignals.send('outbox');
  deps.logger.warn({ failed }, 'tasks waited for models that run nowhere');
  return failed;
}

async function findUnfit(
  { catalogue }: Deps,
  task: Task,
  known: Map<string, ModelFiles | undefined>,
): Promise<ModelFiles | undefined> {
  const workflow = await catalogue.loadWorkflow(task.workflowName, task.workflowVersion);
  if (!workflow || !isReadable(workflow, task.params)) return undefined;
  const key = needsKeyOf(workflow, task.params);
  if (!known.has(key)) known.set(key, await catalogue.findUnfit(workflow, task.params));
  return known.get(key);
}

/** Undefined if this dispatcher no longer leads. */
const failOne = (
  deps: Deps,
  leader: { owner: string; epoch: number },
  taskId: string,
  error: TaskError,
): Promise<boolean | undefined> =>
  inTransaction(deps.database, async (trx) =>
    (await leads(trx, leader)) ? failQueuedTask(deps, trx, taskId, error) : undefined,
  );
