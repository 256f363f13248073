import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import { OutboxEvent } from '../db/models/outboxEvent.ts';
import { openStatuses, Task, terminalStatuses } from '../db/models/task.ts';
import type { Redis } from '../redis.ts';
import type { TaskEvent } from './event.ts';
import { parseEntry, presentFact } from './fact.ts';
import { type StreamName, streamKey } from './names.ts';
import { firstSeq, parseSeq, presentSeq, type Seq } from './seq.ts';
import type { PresentTasks } from './taskPresenter.ts';

export interface EventReader {
  /**
   * The facts behind `seq`, oldest first; undefined when the stream no longer holds `seq` itself, so that nobody
   * knows what came after it, or when Redis does not answer.
   */
  findAfter(stream: StreamName, seq: Seq): Promise<TaskEvent[] | undefined>;
  /** The last seq of the stream; undefined when the stream is empty or Redis does not answer. */
  findLast(stream: StreamName): Promise<Seq | undefined>;
  /** Tasks from the database in place of events. */
  takeSnapshot(scope: SnapshotScope): Promise<Snapshot>;
}

export interface SnapshotScope {
  stream: StreamName;
  /** What the receiver knows already; undefined: nothing. */
  since: Seq | undefined;
  /** Only this task, whatever its state. */
  taskId?: string;
}

export interface Snapshot {
  /** Facts up to here are in the snapshot; later ones have to follow it. */
  seq: Seq;
  /** `state_snapshot` events of at most 100 tasks of one person each; at least one. */
  pages: AsyncIterable<TaskEvent>;
}

const tasksPerPage = 100;
const factsPerRead = 500;
/** Of the tasks that ended meanwhile, the latest; whoever needs more lists the tasks. */
const finishedLimit = 1_000;
/** Between the clocks of the processes that write events. */
const clockSkewMs = 60_000;
/** A service without a point to resume from was away, for how long nobody knows, and owes people their results. */
const serviceLookBackMs = 24 * 3_600_000;

interface Deps {
  redis: Redis;
  database: Database;
  clock: Clock;
  prefix: string;
  presentTasks: PresentTasks;
}

export function createEventReader(deps: Deps): EventReader {
  const findLast = async (stream: StreamName): Promise<Seq | undefined> => {
    const key = streamKey(deps.prefix, stream);
    const [last] = await deps.redis.xrevrange(key, '+', '-', 'COUNT', 1).catch(() => []);
    return parseSeq(last?.[0]);
  };
  return {
    findLast,
    async findAfter(stream, seq) {
      const entries = await readEntries(deps, stream, seq).catch(() => undefined);
      if (!entries) return undefined;
      const tasks = await deps.presentTasks([...new Set(entries.map(({ fact }) => fact.taskId))]);
      return entries.map(({ id, fact }) => ({ ...presentFact(fact, tasks.get(fact.taskId)), seq: id }));
    },
    async takeSnapshot(scope) {
      const last = await findLast(scope.stream);
      const untold = await findOldestUntold(deps.database);
      const nowMs = deps.clock.now().getTime();
      const untoldMs = Math.min(nowMs, untold?.getTime() ?? nowMs);
      // Without a stream, everything that will ever be published to it is later than the snapshot.
      const shown = presentSeq(last ?? { ms: untoldMs, n: 0 });
      const unknownSinceMs = scope.stream.kind === 'user' ? nowMs : nowMs - serviceLookBackMs;
      const sinceMs = Math.min(scope.since?.ms ?? unknownSinceMs, untoldMs) - clockSkewMs;
      const byUser = await listTasks(deps, scope, sinceMs);
      return { seq: last ?? firstSeq, pages: presentPages(deps, scope, byUser, shown) };
    },
  };
}

async function readEntries(deps: Deps, stream: StreamName, seq: Seq) {
  const key = streamKey(deps.prefix, stream);
  const entries: { id: string; fact: ReturnType<typeof parseEntry> }[] = [];
  for (let from = presentSeq(seq); ; from = `(${entries.at(-1)?.id}`) {
    const read = await deps.redis.xrange(key, from, '+', 'COUNT', factsPerRead);
    for (const [id, [, entry]] of read) entries.push({ id, fact: parseEntry(entry ?? '') });
    if (read.length < factsPerRead) break;
  }
  // The first is the event of `seq`: while the stream holds it, it holds all that follow.
  return entries[0]?.id === presentSeq(seq) ? entries.slice(1) : undefined;
}

/** Events that wait in the outbox tell of changes that are older than what was published last. */
async function findOldestUntold(database: Database): Promise<Date | undefined> {
  const row = await OutboxEvent.query(database).select('createdAt').whereNull('sentAt').orderBy('id').first();
  return row?.createdAt;
}

/** The ids of the tasks to show, by whose they are. */
async function listTasks(
  deps: Deps,
  { stream, taskId }: SnapshotScope,
  sinceMs: number,
): Promise<Map<string, string[]>> {
  const owned = stream.kind === 'user' ? { userId: stream.id } : { apiKeyId: stream.id };
  const tasks = () => Task.query(deps.database).select('id', 'userId').where(owned);
  if (taskId !== undefined) return groupByUser(await tasks().where({ id: taskId }));
  const open = await tasks().whereIn('status', openStatuses);
  const finished = await tasks()
    .whereIn('status', terminalStatuses)
    .where('finishedAt', '>=', new Date(sinceMs))
    .orderBy('finishedAt', 'desc')
    .limit(finishedLimit);
  // In this order: a task that ends between the two queries is in both, never in neither.
  const grouped = groupByUser([...open, ...finished]);
  if (grouped.size === 0) grouped.set(stream.kind === 'user' ? stream.id : '', []);
  return grouped;
}

function groupByUser(tasks: readonly Pick<Task, 'id' | 'userId'>[]): Map<string, string[]> {
  const grouped = new Map<string, Set<string>>();
  for (const { id, userId } of tasks) {
    const ids = grouped.get(userId) ?? new Set();
    grouped.set(userId, ids.add(id));
  }
  return new Map([...grouped].map(([userId, ids]) => [userId, [...ids].sort()]));
}

async function* presentPages(
  deps: Deps,
  scope: SnapshotScope,
  byUser: Map<string, string[]>,
  seq: string,
): AsyncGenerator<TaskEvent> {
  for (const [userId, taskIds] of byUser) {
    for (let start = 0; start === 0 || start < taskIds.length; start += tasksPerPage) {
      const tasks = await deps.presentTasks(taskIds.slice(start, start + tasksPerPage));
      yield {
        type: 'state_snapshot',
        taskId: scope.taskId ?? '',
        userId,
        timestamp: deps.clock.now().toISOString(),
        seq,
        data: { tasks: [...tasks.values()] },
      };
    }
  }
}
