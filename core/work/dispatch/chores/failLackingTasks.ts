import type { Logger } from 'pino';
import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import { Task, type TaskError } from '../../../ground/db/models/task.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { findReadFault, needsKeyOf } from '../../../library/catalogue/namedChoices.ts';
import { failQueuedTask } from '../../tasks/failQueuedTask.ts';
import { leads } from '../../tasks/leaderFence.ts';
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
  /** What each waiting task needs. Its parameters never change, so they are read once, and once a need after that. */
  let keys = new Map<string, string>();

  return {
    async run(signal) {
      const leader = deps.leadership.held;
      if (leader?.epoch !== epoch) lacking = new Map();
      epoch = leader?.epoch;
      if (!leader) return 0;
      const nowMs = deps.clock.monotonicMs();
      const seen = new Map<string, Need>();
      const still = new Map<string, number>();
      const known = new Map<string, string>();
      let failed = 0;
      for await (const task of listQueued(deps.database, keys, signal)) {
        const need = await lookAt(deps, task, seen, keys);
        if (need) known.set(task.id, need.key);
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
      keys = known;
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

type Waiting = Pick<Task, 'id' | 'workflowName' | 'workflowVersion'> & Partial<Pick<Task, 'params'>>;

/** With the parameters of those whose needs are not known. */
async function* listQueued(
  database: Database,
  keys: ReadonlyMap<string, string>,
  signal: AbortSignal,
): AsyncGenerator<Waiting> {
  let after = '';
  for (;;) {
    signal.throwIfAborted();
    const tasks: Waiting[] = await Task.query(database)
      .select('id', 'workflowName', 'workflowVersion')
      .where({ status: 'queued' })
      .where('id', '>', after)
      .orderBy('id')
      .limit(tasksAtOnce);
    const params = await readParams(
      database,
      tasks.flatMap(({ id }) => (keys.has(id) ? [] : [id])),
    );
    for (const { id, workflowName, workflowVersion } of tasks) {
      const own = params.get(id);
      yield { id, workflowName, workflowVersion, ...(own && { params: own }) };
    }
    after = tasks.at(-1)?.id ?? after;
    if (tasks.length < tasksAtOnce) return;
  }
}

async function readParams(database: Database, ids: readonly string[]): Promise<Map<string, Task['params']>> {
  if (ids.length === 0) return new Map();
  const rows = await Task.query(database)
    .select('id', 'params')
    .findByIds([...ids]);
  return new Map(rows.map(({ id, params }) => [id, params]));
}

interface Need {
  key: string;
  /** What the task ends with if that lasts; undefined if a backend has everything. */
  error: TaskError | undefined;
  /** What the workflow threw at the task's params. */
  cause?: unknown;
}

async function lookAt(
  { catalogue, database }: Pick<Deps, 'catalogue' | 'database'>,
  task: Waiting,
  seen: Map<string, Need>,
  keys: ReadonlyMap<string, string>,
): Promise<Need | undefined> {
  const workflow = await catalogue.loadWorkflow(task.workflowName, task.workflowVersion);
  // A version that is gone has a sweep of its own.
  if (!workflow) return undefined;
  const judged = seen.get(keys.get(task.id) ?? '');
  if (judged) return judged;
  const params = task.params ?? (await readParams(database, [task.id])).get(task.id);
  // It has ended and been deleted meanwhile.
  if (!params) return undefined;
  const unreadable = findReadFault(workflow, params);
  if (unreadable) return { key: `unreadable ${task.id}`, error: problems.workflowGone, ...unreadable };
  const key = needsKeyOf(workflow, params);
  const known = seen.get(key);
  if (known) return known;
  const lacks = await catalogue.findLacks(workflow, params);
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
