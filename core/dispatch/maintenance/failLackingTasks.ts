import type { Logger } from 'pino';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { findReadFault, needsKeyOf } from '../../catalogue/namedChoices.ts';
import { type Database, inTransaction } from '../../db/connect.ts';
import { Task, type TaskError } from '../../db/models/task.ts';
import type { WakeSignals } from '../../redis/wakeSignals.ts';
import type { Clock } from '../../runtime/clock.ts';
import { leads } from '../../tasks/assigning/leaderFence.ts';
import { failQueuedTask } from '../../tasks/ending/failQueuedTask.ts';
import { countFinished } from '../../tasks/taskMetrics.ts';
import { problems } from '../attempt/decision.ts';
import type { Leadership } from '../leader/leadership.ts';

/*
 * A task was accepted because a backend had its files, and then they went: an operator removed them, or the server came
 * back without a folder. A folder may return, so the task waits. When no backend of the pool, away or not, has had the
 * files for as long as an upgrade takes, the task fails and its credits go back. So does one whose params its workflow
 * cannot read: the leader of another release may be able to.
 */

export interface LackingTaskSweep {
  /** Fails the tasks whose time is up. @returns how many. */
  run(signal: AbortSignal): Promise<number>;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  catalogue: Pick<Catalogue, 'loadWorkflow' | 'findLacks'>;
  wakeSignals: Pick<WakeSignals, 'send'>;
  leadership: Pick<Leadership, 'held'>;
}

const tasksAtOnce = 500;
/** So many lacks name the cause; more make no sentence. */
const lacksNamed = 3;

export function createLackingTaskSweep(deps: Deps, graceMs: number): LackingTaskSweep {
  /** Since when (monotonic) each need is met nowhere, under one epoch. */
  let lacking = new Map<string, number>();
  let epoch: number | undefined;

  return {
    async run(signal) {
      const leader = deps.leadership.held;
      if (leader?.epoch !== epoch) lacking = new Map();
      epoch = leader?.epoch;
      if (!leader) return 0;
      const nowMs = deps.clock.monotonicMs();
      const seen = new Map<string, Need>();
      const still = new Map<string, number>();
      let failed = 0;
      for await (const task of listQueued(deps.database, signal)) {
        const need = await lookAt(deps, task, seen);
        if (!need?.error) continue;
        const sinceMs = lacking.get(need.key) ?? nowMs;
        still.set(need.key, sinceMs);
        if (nowMs - sinceMs < graceMs) continue;
        const isFailed = await failOne(deps, leader, task.id, need.error);
        // Another dispatcher leads.
        if (isFailed === undefined) break;
        if (!isFailed) continue;
        if (need.cause !== undefined)
          deps.logger.warn(
            { taskId: task.id, workflow: task.workflowName, err: need.cause },
            'a waiting task failed: its workflow cannot read its parameters',
          );
        failed += 1;
        countFinished(task.workflowName, 'failed');
      }
      lacking = still;
      if (failed === 0) return 0;
      deps.wakeSignals.send('outbox');
      deps.logger.warn(
        { failed },
        'tasks waited for files that no GPU server has any more, or were unreadable',
      );
      return failed;
    },
  };
}

async function* listQueued(database: Database, signal: AbortSignal): AsyncGenerator<Task> {
  let after = '';
  for (;;) {
    signal.throwIfAborted();
    const tasks = await Task.query(database)
      .where({ status: 'queued' })
      .where('id', '>', after)
      .orderBy('id')
      .limit(tasksAtOnce);
    yield* tasks;
    after = tasks.at(-1)?.id ?? after;
    if (tasks.length < tasksAtOnce) return;
  }
}

interface Need {
  key: string;
  /** What the task ends with if that lasts; undefined if a backend has everything. */
  error: TaskError | undefined;
  /** What the workflow threw at the task's params. */
  cause?: unknown;
}

async function lookAt(
  { catalogue }: Pick<Deps, 'catalogue'>,
  task: Task,
  seen: Map<string, Need>,
): Promise<Need | undefined> {
  const workflow = await catalogue.loadWorkflow(task.workflowName, task.workflowVersion);
  // A version that is gone has a sweep of its own.
  if (!workflow) return undefined;
  const unreadable = findReadFault(workflow, task.params);
  if (unreadable) return { key: `unreadable ${task.id}`, error: problems.workflowGone, ...unreadable };
  const key = needsKeyOf(workflow, task.params);
  const known = seen.get(key);
  if (known) return known;
  const lacks = await catalogue.findLacks(workflow, task.params);
  const need = { key, error: lacks && errorOf(lacks) };
  seen.set(key, need);
  return need;
}

function errorOf(lacks: readonly string[]): TaskError {
  const more = lacks.length > lacksNamed ? ` and ${lacks.length - lacksNamed} more` : '';
  const detail = `The GPU servers no longer have what this needs: ${lacks.slice(0, lacksNamed).join(', ')}${more}. Choose another model or workflow, or send it again later.`;
  return { code: 'workflow-unavailable', detail };
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
