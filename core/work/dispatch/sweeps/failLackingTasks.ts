import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import { Task, type TaskError } from '../../../ground/db/models/task.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { eachAlone } from '../../../ground/runtime/eachAlone.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { findReadFault, needsKeyOf } from '../../../library/catalogue/namedChoices.ts';
import { unfitSentence } from '../../../library/catalogue/unfitSentence.ts';
import { problems } from '../attempt/decision.ts';
import type { Leadership } from '../leader/leadership.ts';
import { failAsLeader } from './failAsLeader.ts';

/*
 * A task was accepted because a backend had its files, and then they went: an operator removed them, or the server came
 * back without a folder. A folder may return, so the task waits. When no backend of the pool, away or not, has had the
 * files for as long as an upgrade takes, the task fails and its credits go back. So does one whose params its workflow
 * cannot read: the leader of another release may be able to. A task whose files are there and run on no backend, as
 * another task showed, waits for nothing and fails at once.
 */

interface LackingTaskSweep {
  /** Fails the tasks whose time is up. @returns how many. */
  run(signal: AbortSignal): Promise<number>;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  catalogue: Pick<Catalogue, 'loadWorkflow' | 'findLacks' | 'findUnfit' | 'readHoldings'>;
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
  /** What each waiting task needs. Its parameters never change, so they are read once, and after a change of the pool once a need. */
  let keys = new Map<string, string>();
  /** What became of each need, while the servers have what they had. */
  let judged = new Map<string, Need>();
  let holdings: string | undefined;

  async function failOverdue(leader: NonNullable<Leadership['held']>, signal: AbortSignal): Promise<number> {
    const nowMs = deps.clock.monotonicMs();
    const [seen, still, known] = [
      new Map<string, Need>(),
      new Map<string, number>(),
      new Map<string, string>(),
    ];
    let failed = 0;
    let leads = true;
    const look = async (task: Waiting) => {
      const need = leads ? await lookAt(deps, task, judged, keys) : undefined;
      if (!need) return;
      known.set(task.id, need.key);
      seen.set(need.key, need);
      judged.set(need.key, need);
      if (!need.error) return;
      const sinceMs = lacking.get(need.key) ?? nowMs;
      still.set(need.key, sinceMs);
      if (!need.isFinal && nowMs - sinceMs < graceMs) return;
      const isFailed = await failAsLeader(deps, leader, task, need.error);
      leads = isFailed !== undefined;
      if (!isFailed) return;
      failed += 1;
      if (need.cause !== undefined)
        deps.logger.warn(
          { taskId: task.id, workflow: task.workflowName, err: need.cause },
          'a waiting task failed: its workflow cannot read its parameters',
        );
    };
    try {
      await eachAlone(listQueued(deps.database, keys, signal), look, signal);
      lacking = new Map();
    } finally {
      // After a failure it is not known of all whether they still lack something.
      [lacking, keys, judged] = [new Map([...lacking, ...still]), known, seen];
      if (failed > 0) deps.wakeSignals.send('outbox');
    }
    return failed;
  }

  return {
    async run(signal) {
      const leader = deps.leadership.held;
      if (leader?.epoch !== epoch) lacking = new Map();
      epoch = leader?.epoch;
      if (!leader) return 0;
      const now = await deps.catalogue.readHoldings();
      if (now !== holdings) judged = new Map();
      holdings = now;
      const failed = await failOverdue(leader, signal);
      if (failed > 0)
        deps.logger.warn(
          { failed },
          'tasks waited for files that no GPU server has or can run, or were unreadable',
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
  /** No wait would help. */
  isFinal?: true;
  /** What the workflow threw at the task's params. */
  cause?: unknown;
}

async function lookAt(
  { catalogue, database }: Pick<Deps, 'catalogue' | 'database'>,
  task: Waiting,
  judged: ReadonlyMap<string, Need>,
  keys: ReadonlyMap<string, string>,
): Promise<Need | undefined> {
  const workflow = await catalogue.loadWorkflow(task.workflowName, task.workflowVersion);
  // A version that is gone has a sweep of its own.
  if (!workflow) return undefined;
  const earlier = judged.get(keys.get(task.id) ?? '');
  if (earlier) return earlier;
  const params = task.params ?? (await readParams(database, [task.id])).get(task.id);
  // It has ended and been deleted meanwhile.
  if (!params) return undefined;
  const unreadable = findReadFault(workflow, params);
  if (unreadable) return { key: `unreadable ${task.id}`, error: problems.workflowGone, ...unreadable };
  const key = needsKeyOf(workflow, params);
  const known = judged.get(key);
  if (known) return known;
  const unfit = await catalogue.findUnfit(workflow, params);
  if (unfit) return { key, error: { code: 'model-unusable', detail: unfitSentence(unfit) }, isFinal: true };
  const lacks = await catalogue.findLacks(workflow, params);
  return { key, error: lacks && errorOf(lacks) };
}

function errorOf(lacks: readonly string[]): TaskError {
  const more = lacks.length > lacksNamed ? ` and ${lacks.length - lacksNamed} more` : '';
  const detail = `The GPU servers no longer have what this needs: ${lacks.slice(0, lacksNamed).join(', ')}${more}. Choose another model or workflow, or send it again later.`;
  return { code: 'workflow-unavailable', detail };
}
