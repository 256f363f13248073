import type { Catalogue } from '../../catalogue/catalogue.ts';
import { needsKeyOf } from '../../catalogue/namedChoices.ts';
import type { Database } from '../../db/connect.ts';
import { Task } from '../../db/models/task.ts';
import type { Clock } from '../../runtime/clock.ts';
import { firstIdAt } from '../../runtime/ids.ts';
import type { NewlyQueued } from '../../tasks/accepting/queuedNews.ts';
import type { ReadyTask } from '../planner/planInput.ts';
import type { Residency } from '../planner/residency.ts';
import { createQueueWindow, type QueuedRow } from './queueWindow.ts';
import { findBackends, findFailedOn, residencyOf } from './taskNeeds.ts';

/** A ready task, and the streams that its progress goes to. */
export interface QueuedTask extends ReadyTask {
  apiKeyId: string | null;
  /** Tasks with equal needs have equal keys. */
  needsKey: string;
}

/**
 * The queued tasks, in memory: reading all of them for every plan would cost more than the plan. For a queue that is
 * too long, the window of `queueWindow.ts`.
 */
export interface ReadyTasks {
  /**
   * Adds the tasks that it was told of; once a second it also reads the latest, and compares all with the table, less
   * often where that takes long.
   */
  refresh(): Promise<void>;
  /** It was just accepted. It is not read: a task that is no longer queued can only make an assignment fail. */
  add(task: NewlyQueued): void;
  /** Others may have been accepted: the next refresh reads the latest. */
  doubt(): void;
  /** Those that may be assigned now, with the backends that can run each. */
  list(): Promise<QueuedTask[]>;
  /** It was assigned, or is no longer queued; the next comparison brings it back if it still is. */
  remove(taskId: string): void;
  /** It was recalled: added as soon as it is queued again, at any age. */
  expect(taskId: string): void;
  clear(): void;
}

interface Entry extends QueuedTask {
  notBeforeMs: number;
}

/** Tasks with equal needs share what these are: a plan groups them by the objects. */
interface Needs extends Pick<Task, 'workflowName' | 'workflowVersion' | 'params'> {
  residency: Residency;
}

interface Deps {
  database: Database;
  catalogue: Pick<Catalogue, 'findWorkflow' | 'loadWorkflow' | 'backendsFor' | 'modelBytes'>;
  clock: Clock;
}

const compareEveryMs = 1_000;
/** Comparing a very long queue is slow: it may use a tenth of the database's time at most. */
const restPerMs = 9;
/** Commits may come in another order than the ids; the comparison finds later ones. */
const overlapMs = 5_000;
/** A task that is not queued by then began all the same, or comes with a comparison. */
const expectedForMs = 10_000;
const rowsAtOnce = 500;
/** Between two refreshes. */
const mostTold = 1_000;
export const mostReady = 20_000;

export function createReadyTasks(deps: Deps): ReadyTasks {
  const window = createQueueWindow(deps.database, mostReady);
  const known = createKnownTasks(deps.catalogue);
  const { entries } = known;
  /** Until when, by task. */
  const expected = new Map<string, number>();
  let told: NewlyQueued[] = [];
  /** When the latest were read. */
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const comparing = createPace(deps.clock);

  async function takeIn(rows: readonly QueuedRow[]): Promise<void> {
    const unknown = rows.filter(({ id, attempt }) => entries.get(id)?.attempt !== attempt);
    for (let start = 0; start < unknown.length; start += rowsAtOnce) {
      const ids = unknown.slice(start, start + rowsAtOnce).map(({ id }) => id);
      await known.keep(await loadTasks(deps.database, ids));
    }
  }

  const doubt = (): void => {
    lookedAtMs = Number.NEGATIVE_INFINITY;
  };

  /** After the reads, which may be older. */
  async function takeInTold(): Promise<void> {
    const fresh = told.filter((task) => !entries.has(task.id) && !window.isCut(task));
    told = [];
    await known.keep(fresh.map((task) => ({ task, failedOn: new Set() })));
  }

  async function compare(): Promise<void> {
    const rows = await comparing.measure(() => window.read());
    known.keepOnly(new Set(rows.map(({ id }) => id)));
    await takeIn(rows);
  }

  async function takeInNew(): Promise<void> {
    const since = firstIdAt(deps.clock.now().getTime() - overlapMs);
    const rows = await Task.query(deps.database)
      .select('id', 'attempt', 'userId', 'lane')
      .where({ status: 'queued' })
      .where('id', '>=', since)
      .orderBy('id')
      .limit(mostReady);
    await takeIn(rows.filter((row) => !window.isCut(row)));
  }

  async function takeInExpected(): Promise<void> {
    const nowMs = deps.clock.monotonicMs();
    for (const [id, untilMs] of expected) if (entries.has(id) || untilMs < nowMs) expected.delete(id);
    if (expected.size === 0) return;
    const rows = await Task.query(deps.database)
      .select('id', 'attempt', 'userId', 'lane')
      .findByIds([...expected.keys()])
      .where({ status: 'queued' });
    await takeIn(rows);
  }

  return {
    async refresh() {
      const isLookDue = deps.clock.monotonicMs() - lookedAtMs >= compareEveryMs;
      if (isLookDue) lookedAtMs = deps.clock.monotonicMs();
      if (comparing.isDue()) await compare();
      else if (isLookDue) await takeInNew();
      await takeInExpected();
      await takeInTold();
    },
    add(task) {
      if (told.length < mostTold) told.push(task);
      else doubt();
    },
    doubt,
    list: () => known.list(deps.clock.now().getTime()),
    remove: (taskId) => void entries.delete(taskId),
    expect: (taskId) => void expected.set(taskId, deps.clock.monotonicMs() + expectedForMs),
    clear() {
      known.clear();
      expected.clear();
      told = [];
      comparing.reset();
    },
  };
}

/** Tasks by id, and one example of each kind of needs, whose backends are looked for once for all of them. */
function createKnownTasks(catalogue: Deps['catalogue']) {
  const entries = new Map<string, Entry>();
  const examples = new Map<string, Needs>();

  async function keep(some: readonly { task: NewlyQueued; failedOn: ReadonlySet<string> }[]): Promise<void> {
    if (some.length === 0) return;
    const modelBytes = await catalogue.modelBytes();
    for (const { task, failedOn } of some) {
      await catalogue.loadWorkflow(task.workflowName, task.workflowVersion);
      const needsKey = needsOf(catalogue, task);
      const { workflowName, workflowVersion, params } = task;
      const residency = examples.get(needsKey)?.residency ?? residencyOf(catalogue, task, modelBytes);
      examples.set(needsKey, { workflowName, workflowVersion, params, residency });
      entries.set(task.id, { ...toEntry(task, failedOn, needsKey), residency });
    }
  }

  async function list(nowMs: number): Promise<QueuedTask[]> {
    const runsOn = new Map<string, ReadonlySet<string>>();
    for (const [key, task] of examples) runsOn.set(key, await findBackends(catalogue, task));
    return [...entries.values()].flatMap((entry) => {
      const backends = runsOn.get(entry.needsKey);
      if (!backends || entry.notBeforeMs > nowMs) return [];
      // In place: a copy of each task for each plan would cost more than the plan.
      entry.runsOn = backends;
      return entry;
    });
  }

  return {
    entries,
    keep,
    list,
    keepOnly(queued: ReadonlySet<string>) {
      for (const id of entries.keys()) if (!queued.has(id)) entries.delete(id);
      const used = new Set([...entries.values()].map(({ needsKey }) => needsKey));
      for (const key of examples.keys()) if (!used.has(key)) examples.delete(key);
    },
    clear() {
      entries.clear();
      examples.clear();
    },
  };
}

/** Once a second, and less often if the read takes long. */
function createPace(clock: Pick<Clock, 'monotonicMs'>) {
  let dueAtMs = Number.NEGATIVE_INFINITY;
  return {
    isDue: () => clock.monotonicMs() >= dueAtMs,
    async measure<Result>(read: () => Promise<Result>): Promise<Result> {
      const startedMs = clock.monotonicMs();
      dueAtMs = startedMs + compareEveryMs;
      const result = await read();
      const endedMs = clock.monotonicMs();
      dueAtMs = Math.max(dueAtMs, endedMs + (endedMs - startedMs) * restPerMs);
      return result;
    },
    reset() {
      dueAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}

/** So many of a kind show well enough how much work waits for its models. */
const backlogSeen = 256;

/**
 * Of tasks that are alike to the planner (same user, lane and needs, never tried), only as many as there are free
 * slots, and of all users together enough to show how much work waits. The oldest come first, so no plan can reach
 * the others. A long queue is mostly such tasks.
 * @param tasks oldest first among those that are alike.
 */
export function firstOfEach(tasks: readonly QueuedTask[], freeSlots: number): QueuedTask[] {
  // Keys of needs are long: one made of them for each task would cost more than the plan.
  const kinds = new Map<string, Map<string, { count: number; ofUser: Map<string, number> }>>();
  return tasks.filter(({ failedOn, userId, lane, needsKey }) => {
    if (failedOn.size > 0) return true;
    const ofLane = kinds.get(lane) ?? new Map<string, { count: number; ofUser: Map<string, number> }>();
    kinds.set(lane, ofLane);
    const kind = ofLane.get(needsKey) ?? { count: 0, ofUser: new Map<string, number>() };
    ofLane.set(needsKey, kind);
    const ofUser = (kind.ofUser.get(userId) ?? 0) + 1;
    kind.ofUser.set(userId, ofUser);
    kind.count += 1;
    return kind.count <= backlogSeen || ofUser <= freeSlots;
  });
}

async function loadTasks(
  database: Database,
  ids: readonly string[],
): Promise<{ task: Task; failedOn: ReadonlySet<string> }[]> {
  const tasks = await Task.query(database)
    .findByIds([...ids])
    .where({ status: 'queued' });
  const failedOn = await findFailedOn(database, tasks);
  return tasks.map((task) => ({ task, failedOn: failedOn.get(task.id) ?? new Set() }));
}

type Workflows = Pick<Catalogue, 'findWorkflow'>;

/** Until the next list. */
const noBackends: ReadonlySet<string> = new Set();

function needsOf(workflows: Workflows, task: NewlyQueued): string {
  const workflow = workflows.findWorkflow(task.workflowName, task.workflowVersion);
  return workflow ? needsKeyOf(workflow, task.params) : `${task.workflowName} ${task.workflowVersion}`;
}

function toEntry(
  task: NewlyQueued,
  failedOn: ReadonlySet<string>,
  needsKey: string,
): Omit<Entry, 'residency'> {
  return {
    id: task.id,
    attempt: task.attempt,
    userId: task.userId,
    apiKeyId: task.apiKeyId,
    lane: task.lane,
    workflowName: task.workflowName,
    workUnits: task.workUnits,
    estimateSeconds: task.estimateSeconds,
    createdAtMs: task.createdAt.getTime(),
    notBeforeMs: task.notBefore?.getTime() ?? 0,
    failedOn,
    runsOn: noBackends,
    needsKey,
  };
}
