import { type Lane, lanes } from '@star-graph/workflows';
import type { Database } from '../db/connect.ts';
import { Task } from '../db/models/task.ts';

/** A queued task as far as it takes to know whether it is known. */
export type QueuedRow = Pick<Task, 'id' | 'attempt'>;

/**
 * The part of the queue that is kept in memory. A queue that is longer than that is seen through a window for each
 * person and lane: their oldest tasks, so many that all windows together are as long as may be. So one person's ten
 * thousands hide nobody else's task, however late it came.
 */
export interface QueueWindow {
  /** Oldest first within a person's lane. */
  read(): Promise<QueuedRow[]>;
  /** Whether the last read left out tasks of this person and lane: then theirs that came later are not to be seen. */
  isCut(task: Pick<Task, 'userId' | 'lane'>): boolean;
}

/** People whose tasks are read by one statement. */
const peopleAtOnce = 500;
/** Windows that are read by one statement: each is a SELECT of its own. */
const windowsAtOnce = 50;

interface Group {
  lane: Lane;
  userId: string;
  count: number;
  oldestId: string;
}

const keyOf = ({ lane, userId }: Pick<Task, 'userId' | 'lane'>): string => `${lane} ${userId}`;

export function createQueueWindow(database: Database, most: number): QueueWindow {
  /** A short queue is read by one statement; a long one was long a second ago. */
  let isLong = false;
  let cut = new Set<string>();

  async function readShort(): Promise<QueuedRow[]> {
    return Task.query(database)
      .select('id', 'attempt')
      .where({ status: 'queued' })
      .orderBy(['lane', 'userId', 'id'])
      .limit(most);
  }

  async function readLong(): Promise<QueuedRow[]> {
    const groups = await listGroups(database);
    isLong = groups.reduce((total, { count }) => total + count, 0) >= most;
    if (!isLong) return readShort();
    const seen = groups.length > most ? groups.sort(byLaneAndAge).slice(0, most) : groups;
    const size = windowSize(
      seen.map(({ count }) => count),
      most,
    );
    const long = seen.filter(({ count }) => count > size);
    cut = new Set(long.map(keyOf));
    return [
      ...(await readWhole(
        database,
        seen.filter(({ count }) => count <= size),
        most,
      )),
      ...(await readFirst(database, long, size)),
    ];
  }

  return {
    async read() {
      cut = new Set();
      if (isLong) return readLong();
      const rows = await readShort();
      isLong = rows.length >= most;
      return isLong ? readLong() : rows;
    },
    isCut: (task) => cut.has(keyOf(task)),
  };
}

/** From the index alone, in its order. */
async function listGroups(database: Database): Promise<Group[]> {
  const groups = (await Task.query(database)
    .select('lane', 'userId')
    .count('* as count')
    .min('id as oldestId')
    .where({ status: 'queued' })
    .groupBy('lane', 'userId')) as unknown as (Omit<Group, 'count'> & { count: number | string })[];
  return groups.map((group) => ({ ...group, count: Number(group.count) }));
}

const byLaneAndAge = (a: Group, b: Group): number =>
  lanes.indexOf(a.lane) - lanes.indexOf(b.lane) || (a.oldestId < b.oldestId ? -1 : 1);

/** The largest window of which all together are no longer than `most`; at least 1. */
export function windowSize(counts: readonly number[], most: number): number {
  let left = most;
  for (const [index, count] of counts.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (counts.length - index));
    if (count > share) return Math.max(1, share);
    left -= count;
  }
  return most;
}

async function readWhole(database: Database, groups: readonly Group[], most: number): Promise<QueuedRow[]> {
  const rows: QueuedRow[] = [];
  for (const [lane, ofLane] of Map.groupBy(groups, (group) => group.lane))
    for (let start = 0; start < ofLane.length; start += peopleAtOnce) {
      const userIds = ofLane.slice(start, start + peopleAtOnce).map(({ userId }) => userId);
      const read = await Task.query(database)
        .select('id', 'attempt')
        .where({ status: 'queued', lane })
        .whereIn('userId', userIds)
        .limit(most);
      rows.push(...read);
    }
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function readFirst(database: Database, groups: readonly Group[], size: number): Promise<QueuedRow[]> {
  const rows: QueuedRow[] = [];
  for (let start = 0; start < groups.length; start += windowsAtOnce) {
    const windows = groups
      .slice(start, start + windowsAtOnce)
      .map(({ lane, userId }) =>
        database('tasks')
          .select('id', 'attempt')
          .where({ status: 'queued', lane, userId })
          .orderBy('id')
          .limit(size),
      );
    rows.push(...(await database.unionAll(windows, true)));
  }
  return rows;
}
