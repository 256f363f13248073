import { type ShownAsset, shownFields } from '../../assets/presentAsset.ts';
import type { Database } from '../../db/connect.ts';
import { Asset } from '../../db/models/asset.ts';
import { Attempt } from '../../db/models/backend.ts';
import { Task, type TaskStatus } from '../../db/models/task.ts';
import { selectPrepared } from '../../db/prepared.ts';
import { Problem } from '../../errors.ts';
import { firstIdAt, isId } from '../../runtime/ids.ts';

/** A task with the files it made. */
export interface TaskWithOutputs {
  task: Task;
  outputs: ShownAsset[];
}

/** As a column of the task: reading a task is the most frequent request, and a second statement half of its cost. */
const outputsColumn = `(SELECT JSON_ARRAYAGG(JSON_OBJECT(${shownFields
  .map((field) => `'${field}', ${toColumn(field)}`)
  .join(', ')}))
  FROM assets WHERE task_id = tasks.id AND deleted_at IS NULL AND quarantined_at IS NULL) AS outputs`;

function toColumn(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** MySQL gives JSON parsed, MariaDB as text; neither promises an order, and no outputs are NULL. */
function takeOutputs(row: Task & { outputs?: string | ShownAsset[] | null }): TaskWithOutputs {
  const { outputs } = row;
  delete row.outputs;
  const parsed = typeof outputs === 'string' ? (JSON.parse(outputs) as ShownAsset[]) : (outputs ?? []);
  return { task: row, outputs: parsed.sort((a, b) => a.position - b.position) };
}

/** @param userId whose task it must be; undefined for an administrator. @throws Problem `not-found`. */
export async function requireTaskWithOutputs(
  database: Database,
  taskId: string,
  userId: string | undefined,
): Promise<TaskWithOutputs> {
  const owned = userId === undefined ? [taskId] : [taskId, userId];
  const [row] = isId(taskId) ? await selectPrepared(database, selectTask(owned.length > 1), owned) : [];
  if (!row) throw new Problem('not-found', 'There is no such task.');
  return takeOutputs(Task.fromDatabaseJson(row));
}

const selectTask = (isOwned: boolean): string =>
  `SELECT tasks.*, ${outputsColumn} FROM tasks WHERE id = ?${isOwned ? ' AND user_id = ?' : ''}`;

/** Those that exist, in no order. */
export const findTasksWithOutputs = async (
  database: Database,
  taskIds: readonly string[],
): Promise<TaskWithOutputs[]> => {
  const query = Task.query(database).select('tasks.*', database.raw(outputsColumn));
  return (await query.findByIds([...taskIds])).map(takeOutputs);
};

export interface TaskFilter {
  userId?: string;
  status?: TaskStatus;
  type?: Task['type'];
  /** Created at or after. */
  from?: Date;
  /** Created before. */
  to?: Date;
}

/** An id is made shortly before or after the row's time, so it bounds the rows that the list reads. */
const idSlackMs = 60_000;

/**
 * The server prefers to scan all people's tasks from the newest on until it meets this person's: behind a long queue
 * of others it would read all of that first.
 */
function indexFor({ status, type }: TaskFilter): string {
  if (status !== undefined) return 'tasks_user_newest';
  return type === undefined ? 'tasks_user' : 'tasks_user_type';
}

/** Newest first; `beforeId` continues a page. */
export async function listTasks(
  database: Database,
  filter: TaskFilter,
  page: { limit: number; beforeId?: string },
): Promise<TaskWithOutputs[]> {
  const query = Task.query(database).orderBy('id', 'desc').limit(page.limit);
  if (filter.userId !== undefined)
    query.where('userId', filter.userId).from(database.raw('tasks FORCE INDEX (??)', [indexFor(filter)]));
  if (filter.status !== undefined) query.where('status', filter.status);
  if (filter.type !== undefined) query.where('type', filter.type);
  if (filter.from !== undefined)
    query
      .where('createdAt', '>=', filter.from)
      .where('id', '>=', firstIdAt(filter.from.getTime() - idSlackMs));
  if (filter.to !== undefined)
    query.where('createdAt', '<', filter.to).where('id', '<', firstIdAt(filter.to.getTime() + idSlackMs));
  if (page.beforeId !== undefined) query.where('id', '<', page.beforeId);
  return withOutputs(database, await query);
}

/** One query for the outputs of all of them; only finished tasks can have any. */
export async function withOutputs(database: Database, tasks: readonly Task[]): Promise<TaskWithOutputs[]> {
  const finished = tasks.filter((task) => task.status === 'succeeded').map((task) => task.id);
  const assets =
    finished.length === 0
      ? []
      : await Asset.query(database)
          .whereIn('taskId', finished)
          .whereNull('deletedAt')
          .whereNull('quarantinedAt')
          .orderBy('position');
  const byTask = Map.groupBy(assets, (asset) => asset.taskId);
  return tasks.map((task) => ({ task, outputs: byTask.get(task.id) ?? [] }));
}

/** The backends of running tasks, by task id; tasks without a running attempt are absent. */
export async function findCurrentBackends(
  database: Database,
  tasks: readonly Pick<Task, 'id'>[],
): Promise<Map<string, string>> {
  if (tasks.length === 0) return new Map();
  const attempts = await Attempt.query(database)
    .select('taskId', 'backendId')
    .whereIn(
      'taskId',
      tasks.map(({ id }) => id),
    )
    .whereNot({ state: 'ended' });
  return new Map(attempts.map(({ taskId, backendId }) => [taskId, backendId]));
}

const attemptsShown = 50;

/** The newest attempts of a task, oldest first. */
export async function listAttempts(database: Database, taskId: string): Promise<Attempt[]> {
  if (!isId(taskId)) return [];
  const newest = await Attempt.query(database)
    .where({ taskId })
    .orderBy('attempt', 'desc')
    .limit(attemptsShown);
  return newest.reverse();
}
