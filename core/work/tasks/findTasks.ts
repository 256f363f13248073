import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Attempt } from '../../ground/db/models/backend.ts';
import { openStatuses, Task, type TaskStatus } from '../../ground/db/models/task.ts';
import { selectPrepared } from '../../ground/db/prepared.ts';
import { Problem } from '../../ground/errors.ts';
import { firstIdAt, isId } from '../../ground/runtime/ids.ts';
import { type ShownAsset, shownFields } from '../../library/assets/presentAsset.ts';

/** A task with the files it made. */
export interface TaskWithOutputs {
  task: Task;
  outputs: ShownAsset[];
  /** How many more it made, which nobody is shown. */
  withheld?: number;
}

const columnOf = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * A row for each output, or one without: reading a task is the most frequent request, and a second statement half of
 * its cost. Not one column of JSON: to build that, MariaDB makes a table on disk for each statement.
 */
const selectTasks = `SELECT tasks.*, ${shownFields
  .map((field) => `assets.${columnOf(field)} AS output_${columnOf(field)}`)
  .join(', ')}, assets.quarantined_at AS output_quarantined_at
  FROM tasks LEFT JOIN assets ON assets.task_id = tasks.id AND assets.deleted_at IS NULL`;

const fieldsByColumn = shownFields.map(
  (field) => [field, `output${field[0]?.toUpperCase()}${field.slice(1)}`] as const,
);

/** @param rows by property, in any order. */
function toTasks(rows: readonly Record<string, unknown>[]): TaskWithOutputs[] {
  const found = new Map<unknown, TaskWithOutputs>();
  for (const row of rows) {
    const output: Record<string, unknown> = {};
    for (const [field, column] of fieldsByColumn) {
      output[field] = row[column];
      delete row[column];
    }
    const isWithheld = row.outputQuarantinedAt !== null;
    delete row.outputQuarantinedAt;
    let task = found.get(row.id);
    if (!task) {
      task = { task: Task.fromDatabaseJson(row), outputs: [] };
      found.set(row.id, task);
    }
    if (isWithheld) task.withheld = (task.withheld ?? 0) + 1;
    else if (output.id !== null) task.outputs.push(output as unknown as ShownAsset);
  }
  for (const { outputs } of found.values()) outputs.sort((a, b) => a.position - b.position);
  return [...found.values()];
}

/** @param userId whose task it must be; undefined for an administrator. @throws Problem `not-found`. */
export async function requireTaskWithOutputs(
  database: Database,
  taskId: string,
  userId: string | undefined,
): Promise<TaskWithOutputs> {
  const owned = userId === undefined ? [taskId] : [taskId, userId];
  const sql = `${selectTasks} WHERE tasks.id = ?${userId === undefined ? '' : ' AND tasks.user_id = ?'}`;
  const [found] = isId(taskId) ? toTasks(await selectPrepared(database, sql, owned)) : [];
  if (!found) throw new Problem('not-found', 'There is no such task.');
  return found;
}

/** Finds those tasks that exist, in no order. */
export async function findTasksWithOutputs(
  database: Database,
  taskIds: readonly string[],
): Promise<TaskWithOutputs[]> {
  const [first] = taskIds;
  if (first === undefined) return [];
  // One alone is what each end of a task asks for.
  if (taskIds.length === 1)
    return toTasks(await selectPrepared(database, `${selectTasks} WHERE tasks.id = ?`, [first]));
  const marks = taskIds.map(() => '?').join(', ');
  const [rows] = await database.raw(`${selectTasks} WHERE tasks.id IN (${marks})`, [...taskIds]);
  return toTasks(database.client.config.postProcessResponse(rows));
}

interface TaskFilter {
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
      : await Asset.query(database).whereIn('taskId', finished).whereNull('deletedAt').orderBy('position');
  const byTask = Map.groupBy(assets, (asset) => asset.taskId);
  return tasks.map((task) => {
    const made = byTask.get(task.id) ?? [];
    const outputs = made.filter(({ quarantinedAt }) => quarantinedAt === null);
    return { task, outputs, withheld: made.length - outputs.length };
  });
}

/** What a key has asked for and not got yet, oldest first. */
export async function listUnfinishedOfKey(
  database: Database,
  of: { apiKeyId: string; userId: string },
  limit: number,
): Promise<Task[]> {
  return Task.query(database).where(of).whereIn('status', openStatuses).orderBy('id').limit(limit);
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
