import type { Database } from '../../ground/db/connect.ts';
import { OutboxEvent } from '../../ground/db/models/outboxEvent.ts';
import { openStatuses, Task, type TaskStatus, terminalStatuses } from '../../ground/db/models/task.ts';
import type { StreamName } from '../../ground/redis/redisKeys.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { TaskEvent } from './event.ts';
import { presentSeq, type Seq } from './seq.ts';
import type { PresentTasks } from './taskPresenter.ts';

export interface SnapshotScope {
  stream: StreamName;
  /** The last thing that the receiver knows; undefined: nothing. */
  since: Seq | undefined;
  /** Only this task, in any state. */
  taskId?: string;
}

export interface Snapshot {
  /** Facts up to here are in the snapshot; later ones have to follow it. */
  seq: Seq;
  /**
   * `state_snapshot` events of at most 100 tasks of one person each; at least one. Only the last one carries `seq`: a
   * receiver that breaks off earlier resumes from its old place, and gets a snapshot again.
   */
  pages: AsyncIterable<TaskEvent>;
}

interface Deps {
  database: Database;
  clock: Clock;
  presentTasks: PresentTasks;
}

type Owned = { userId: string } | { apiKeyId: string };
type TaskRow = Pick<Task, 'id' | 'userId' | 'finishedAt'>;

const tasksPerPage = 100;
/** Of a person's tasks that ended meanwhile, the latest; the list of tasks has the others. */
const finishedLimit = 1_000;
/** The most that the clocks of the writing processes differ. */
const clockSkewMs = 60_000;
/** A service without a point to resume from was away for an unknown time, and owes people their results. */
const serviceLookBackMs = 24 * 3_600_000;
/** A service owes all results, but none from last month. */
const longestLookBackMs = 7 * 24 * 3_600_000;

/**
 * Tasks from the database in place of events: those that are open, then those that ended since.
 * @param last the last seq of the stream, read before; undefined when the stream is empty or cannot be read
 */
export async function takeSnapshot(
  deps: Deps,
  scope: SnapshotScope,
  last: Seq | undefined,
): Promise<Snapshot> {
  const isService = scope.stream.kind === 'key';
  const nowMs = deps.clock.now().getTime();
  const untoldMs = Math.min(nowMs, (await findOldestUntold(deps.database))?.getTime() ?? nowMs);
  // Without a stream, everything that will ever be published to it is later than the snapshot.
  const seq = last ?? { ms: untoldMs, n: 0 };
  const unknownSinceMs = isService ? nowMs - serviceLookBackMs : nowMs;
  const knownMs = Math.max(scope.since?.ms ?? unknownSinceMs, isService ? nowMs - longestLookBackMs : 0);
  const sinceMs = Math.min(knownMs, untoldMs);
  const from = scope.since ?? { ms: sinceMs, n: 0 };
  const rows = listTasks(deps.database, scope, new Date(sinceMs - clockSkewMs));
  return { seq, pages: numberPages(presentPages(deps, scope, rows), from, seq) };
}

/** Events that wait in the outbox may be older than the last published one. */
async function findOldestUntold(database: Database): Promise<Date | undefined> {
  const row = await OutboxEvent.query(database).select('createdAt').whereNull('sentAt').orderBy('id').first();
  return row?.createdAt;
}

/** In this order: a task that ends between the two is in both, never in neither. */
async function* listTasks(
  database: Database,
  { stream, taskId }: SnapshotScope,
  since: Date,
): AsyncGenerator<TaskRow> {
  const owned: Owned = stream.kind === 'user' ? { userId: stream.id } : { apiKeyId: stream.id };
  if (taskId !== undefined) {
    yield* await database(Task.tableName)
      .select(...fields)
      .where({ ...owned, id: taskId });
    return;
  }
  yield* listOpen(database, owned);
  yield* listFinished(
    database,
    owned,
    since,
    stream.kind === 'user' ? finishedLimit : Number.MAX_SAFE_INTEGER,
  );
}

const fields = ['id', 'userId', 'finishedAt'] as const;

/** Along the index of owner, state and end: servers prefer the order of the primary key, and read through the history. */
function selectTasks(database: Database, owned: Owned, status: TaskStatus) {
  const index = 'userId' in owned ? 'tasks_user_status' : 'tasks_api_key';
  return database(database.raw('?? FORCE INDEX (??)', [Task.tableName, index]))
    .select(...fields)
    .where({ ...owned, status });
}

/** By id, all states in one statement: a task that changes its state between two pages keeps its place. */
async function* listOpen(database: Database, owned: Owned): AsyncGenerator<TaskRow> {
  for (let after: TaskRow | undefined; ; ) {
    const parts = openStatuses.map((status) => {
      const part = selectTasks(database, owned, status);
      if (after) part.where('id', '>', after.id);
      return part.whereNull('finishedAt').orderBy('id').limit(tasksPerPage);
    });
    const rows: TaskRow[] = await database
      .queryBuilder()
      .unionAll(parts, true)
      .orderBy('id')
      .limit(tasksPerPage);
    yield* rows;
    after = rows.at(-1);
    if (rows.length < tasksPerPage) return;
  }
}

/** Newest first. A task that ends meanwhile was listed as open, or its event follows. */
async function* listFinished(
  database: Database,
  owned: Owned,
  since: Date,
  limit: number,
): AsyncGenerator<TaskRow> {
  let left = limit;
  for (let after: TaskRow | undefined; left > 0; ) {
    const count = Math.min(left, tasksPerPage);
    const parts = terminalStatuses.map((status) => {
      const part = selectTasks(database, owned, status);
      part.where('finishedAt', '>=', since);
      if (after) {
        const { id, finishedAt } = after;
        part.where('finishedAt', '<=', finishedAt);
        part.where((same) => same.where('finishedAt', '<', finishedAt).orWhere('id', '<', id));
      }
      return part.orderBy('finishedAt', 'desc').orderBy('id', 'desc').limit(count);
    });
    const rows: TaskRow[] = await database
      .queryBuilder()
      .unionAll(parts, true)
      .orderBy('finishedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(count);
    yield* rows;
    after = rows.at(-1);
    if (rows.length < count) return;
    left -= rows.length;
  }
}

type Page = Omit<TaskEvent, 'seq'>;

/** Tasks are presented a page at a time across people, so the number of people costs nothing. */
async function* presentPages(
  deps: Deps,
  scope: SnapshotScope,
  rows: AsyncIterable<TaskRow>,
): AsyncGenerator<Page> {
  const present = (userId: string, tasks: readonly unknown[]): Page => ({
    type: 'state_snapshot',
    taskId: scope.taskId ?? '',
    userId,
    timestamp: deps.clock.now().toISOString(),
    data: { tasks },
  });
  let isEmpty = true;
  for await (const some of inPages(rows)) {
    const tasks = await deps.presentTasks(some.map(({ id }) => id));
    for (const [userId, own] of Map.groupBy(some, (row) => row.userId)) {
      isEmpty = false;
      yield present(
        userId,
        own.flatMap(({ id }) => tasks.get(id) ?? []),
      );
    }
  }
  if (isEmpty) yield present(scope.stream.kind === 'user' ? scope.stream.id : '', []);
}

/** The tasks in pages, ordered by id within a page, each task once. */
async function* inPages(rows: AsyncIterable<TaskRow>): AsyncGenerator<TaskRow[]> {
  const page = new Map<string, TaskRow>();
  const take = (): TaskRow[] => {
    const taken = [...page.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    page.clear();
    return taken;
  };
  for await (const row of rows) {
    page.set(row.id, row);
    if (page.size === tasksPerPage) yield take();
  }
  if (page.size > 0) yield take();
}

async function* numberPages(pages: AsyncIterable<Page>, from: Seq, end: Seq): AsyncGenerator<TaskEvent> {
  let waiting: Page | undefined;
  for await (const page of pages) {
    if (waiting) yield { ...waiting, seq: presentSeq(from) };
    waiting = page;
  }
  if (waiting) yield { ...waiting, seq: presentSeq(end) };
}
