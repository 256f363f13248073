import type { Database } from '../../../ground/db/connect.ts';
import { MovedTask, Task } from '../../../ground/db/models/task.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { firstIdAt } from '../../../ground/runtime/ids.ts';
import type { NewlyQueued } from '../../tasks/accepting/queuedNews.ts';
import type { TaskIndex } from '../planner/taskIndex.ts';
import { createKnownTasks, type KnownTasksDeps, type QueuedTask } from './knownTasks.ts';
import { createQueueWindow, type QueuedRow } from './queueWindow.ts';
import { findFailedOn } from './taskNeeds.ts';

interface MovedTasks {
  /** When each task was moved, by its id, whether it waits or not. */
  movedAtMs: ReadonlyMap<string, number>;
  waiting: QueuedRow[];
}

/** What administrators moved to the front of the queue; usually nothing. */
async function readMoved(database: Database): Promise<MovedTasks> {
  const rows = await MovedTask.query(database);
  const movedAtMs = new Map(rows.map(({ taskId, movedAt }) => [taskId, movedAt.getTime()]));
  if (rows.length === 0) return { movedAtMs, waiting: [] };
  const waiting = await Task.query(database)
    .select('id', 'attempt')
    .findByIds([...movedAtMs.keys()])
    .where({ status: 'queued' });
  return { movedAtMs, waiting };
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
  /** Those that may be assigned now, with the backends that can run each. The next call changes it. */
  index(): Promise<TaskIndex<QueuedTask>>;
  /** It was assigned, or is no longer queued; the next comparison brings it back if it still is. */
  remove(taskId: string): void;
  /** Adds a recalled task as soon as it is queued again: a refresh reads the newest ones alone, and this may be of any age. */
  expect(taskId: string): void;
  clear(): void;
}

interface Deps extends KnownTasksDeps {
  database: Database;
}

const compareEveryMs = 1_000;
/** Comparing a very long queue is slow: it may use a tenth of the database's time at most. */
const restPerMs = 9;
/** Commits may come in another order than the ids; the comparison finds later ones. */
const overlapMs = 5_000;
/** A task that is not queued by then began all the same, or comes with a comparison. */
const expectedForMs = 10_000;
/** The program is held while they are parsed. */
const rowsAtOnce = 200;
/** Between two refreshes. */
const mostTold = 1_000;
export const mostReady = 20_000;

export function createReadyTasks(deps: Deps): ReadyTasks {
  const window = createQueueWindow(deps.database, mostReady);
  const known = createKnownTasks(deps);
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

  /** Tasks at the front are kept also where the window leaves them out. */
  async function look(): Promise<void> {
    const { movedAtMs, waiting } = await readMoved(deps.database);
    known.noteMoved(movedAtMs);
    if (comparing.isDue()) {
      const rows = await comparing.measure(() => window.read());
      await takeIn(await known.compare([...rows, ...waiting]));
    } else {
      const rows = await readNew(deps);
      await takeIn([...rows.filter((row) => !window.isCut(row)), ...waiting]);
    }
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
      if (isLookDue || comparing.isDue()) await look();
      await takeInExpected();
      await takeInTold();
    },
    add(task) {
      if (told.length < mostTold) told.push(task);
      else doubt();
    },
    doubt,
    index: known.index,
    remove: known.forget,
    expect: (taskId) => void expected.set(taskId, deps.clock.monotonicMs() + expectedForMs),
    clear() {
      known.clear();
      expected.clear();
      told = [];
      comparing.reset();
    },
  };
}

function readNew({ database, clock }: Pick<Deps, 'database' | 'clock'>) {
  const since = firstIdAt(clock.now().getTime() - overlapMs);
  return Task.query(database)
    .select('id', 'attempt', 'userId', 'lane')
    .where({ status: 'queued' })
    .where('id', '>=', since)
    .orderBy('id')
    .limit(mostReady);
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
