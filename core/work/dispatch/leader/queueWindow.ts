import { lanes } from '@star-graph/workflows';
import type { Database } from '../../../ground/db/connect.ts';
import type { Task } from '../../../ground/db/models/task.ts';

/** The columns of a queued task that show whether it is known. */
export type QueuedRow = Pick<Task, 'id' | 'attempt'>;

/**
 * The part of the queue that is kept in memory. A longer queue is seen through a window for each person and lane: the
 * oldest task of each, then the second oldest of each, up to the limit. So one person's ten thousand tasks never hide
 * a later task of another person.
 */
interface QueueWindow {
  /** Oldest first within a person's lane. */
  read(): Promise<QueuedRow[]>;
  /** Whether the last read left out tasks of this person and lane: then their later tasks are outside the window. */
  isCut(task: Pick<Task, 'userId' | 'lane'>): boolean;
}

interface WindowRow extends Pick<Task, 'id' | 'attempt' | 'userId' | 'lane'> {
  /** All of this person and lane, inside the window or not. */
  total: number | string;
}

const keyOf = ({ lane, userId }: Pick<Task, 'userId' | 'lane'>): string => `${lane} ${userId}`;

export function createQueueWindow(database: Database, most: number): QueueWindow {
  /** A short queue is read by a plain statement. A queue that is long now was long a second ago. */
  let isLong = false;
  let cut = new Set<string>();

  async function readLong(): Promise<QueuedRow[]> {
    const rows = await readWindows(database, most);
    isLong = rows.length >= most;
    for (const group of Map.groupBy(rows, keyOf).values()) {
      const [first] = group;
      if (first && Number(first.total) > group.length) cut.add(keyOf(first));
    }
    return rows;
  }

  return {
    async read() {
      cut = new Set();
      if (isLong) return readLong();
      // Without models: making thousands of them would hold the program.
      const rows: QueuedRow[] = await database<QueuedRow & { status: string }>('tasks')
        .select('id', 'attempt')
        .where({ status: 'queued' })
        .orderBy(['lane', 'userId', 'id'])
        .limit(most);
      return rows.length < most ? rows : readLong();
    },
    isCut: (task) => cut.has(keyOf(task)),
  };
}

/** From one index alone, without reading the rows of a long queue. */
async function readWindows(database: Database, most: number): Promise<WindowRow[]> {
  const [rows] = (await database.raw(
    `SELECT id, attempt, lane, user_id AS userId, total FROM (
       SELECT id, attempt, lane, user_id,
         ROW_NUMBER() OVER (PARTITION BY lane, user_id ORDER BY id) AS place,
         COUNT(*) OVER (PARTITION BY lane, user_id) AS total
       FROM tasks WHERE status = 'queued'
     ) waiting
     ORDER BY place, FIELD(lane, ${lanes.map(() => '?').join(', ')}), id LIMIT ?`,
    [...lanes, most],
  )) as [WindowRow[]];
  return rows;
}
