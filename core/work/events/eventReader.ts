import type { Database } from '../../ground/db/connect.ts';
import type { Redis } from '../../ground/redis/createRedis.ts';
import { type StreamName, streamKey } from '../../ground/redis/redisKeys.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { TaskEvent } from './event.ts';
import { parseEntry, presentStoredEvent, type StoredEvent } from './outbox/storedEvent.ts';
import { isOfData, markOf, readPageScript } from './outbox/streamMark.ts';
import { parseSeq, presentEntryId, type Seq } from './seq.ts';
import { type Snapshot, type SnapshotScope, takeSnapshot } from './snapshot.ts';
import type { PresentTasks } from './taskPresenter.ts';

export interface EventReader {
  /**
   * The facts after `seq`, oldest first. Undefined when it is not certain that the stream holds all of them (see
   * `streamMark.ts`), or when Redis does not answer.
   */
  findAfter(stream: StreamName, seq: Seq): Promise<TaskEvent[] | undefined>;
  /** The last seq of the stream; undefined when the stream is empty or Redis does not answer. */
  findLast(stream: StreamName): Promise<Seq | undefined>;
  /** Tasks from the database in place of events. */
  takeSnapshot(scope: SnapshotScope): Promise<Snapshot>;
}

const factsPerRead = 500;
const tasksPerLook = 100;

interface Deps {
  redis: Redis;
  database: Database;
  clock: Clock;
  prefix: string;
  presentTasks: PresentTasks;
}

type StreamEntry = [id: string, fields: string[]];

export function createEventReader(deps: Deps): EventReader {
  const findLast = async (stream: StreamName): Promise<Seq | undefined> => {
    const key = streamKey(deps.prefix, stream);
    const [last] = await deps.redis.xrevrange(key, '+', '-', 'COUNT', 1).catch(() => []);
    return last && seqOf(last);
  };
  return {
    findLast,
    async findAfter(stream, seq) {
      const entries = await readEntries(deps, stream, seq).catch(() => undefined);
      if (!entries) return undefined;
      const tasks = await presentAll(deps, [...new Set(entries.map(({ fact }) => fact.taskId))]);
      return entries.map(({ seq, fact }) => ({ ...presentStoredEvent(fact, tasks.get(fact.taskId)), seq }));
    },
    takeSnapshot: async (scope) => takeSnapshot(deps, scope, await findLast(scope.stream)),
  };
}

function seqOf([id, fields]: StreamEntry): Seq | undefined {
  const mark = markOf(fields);
  return parseSeq(mark === undefined ? id : `${id}-${mark}`);
}

/** Each page begins with the last entry that was read. That shows a stream that was cut or removed between two pages. */
async function readEntries(
  deps: Deps,
  stream: StreamName,
  seq: Seq,
): Promise<{ seq: string; fact: StoredEvent }[] | undefined> {
  const { mark } = seq;
  if (mark === undefined) return undefined;
  const key = streamKey(deps.prefix, stream);
  const entries: { seq: string; fact: StoredEvent }[] = [];
  for (let from = presentEntryId(seq); ; ) {
    const [digits, page] = (await deps.redis.eval(readPageScript, 1, key, from, factsPerRead)) as [
      string,
      StreamEntry[],
    ];
    const [first, ...rest] = page;
    const isWhole = first?.[0] === from && page.every(([, fields]) => markOf(fields) === mark);
    if (!isWhole || !isOfData(mark, digits)) return undefined;
    for (const [id, [, entry = '']] of rest) entries.push({ seq: `${id}-${mark}`, fact: parseEntry(entry) });
    const last = rest.at(-1);
    if (page.length < factsPerRead || !last) return entries;
    from = last[0];
  }
}

/** A service that was away for a minute may have missed thousands of facts. */
async function presentAll(deps: Deps, taskIds: readonly string[]): ReturnType<PresentTasks> {
  const presented: Awaited<ReturnType<PresentTasks>> = new Map();
  for (let start = 0; start < taskIds.length; start += tasksPerLook) {
    const some = await deps.presentTasks(taskIds.slice(start, start + tasksPerLook));
    for (const [id, task] of some) presented.set(id, task);
  }
  return presented;
}
