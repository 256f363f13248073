import {
  type Database,
  inHotTransaction,
  inOnePacket,
  isDuplicateEntry,
  isUnmet,
  shareUnlocked,
  type Transaction,
} from '../../ground/db/connect.ts';
import { Attempt, type Backend, type Leader, Slot } from '../../ground/db/models/backend.ts';
import { Task } from '../../ground/db/models/task.ts';
import { taskMoves } from '../../ground/db/models/taskMoves.ts';
import { insertInto, requireMet, rowsOf, type Statement, sendPacket } from '../../ground/db/packet.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { type LeaderFence, selectLeader } from './leaderFence.ts';

interface Assignment {
  taskId: string;
  /** The attempt the task had when it was planned; the new one is one more. */
  attempt: number;
  backendId: string;
  slot: 0 | 1;
  /** Of an owner in this process: chosen before, and saved with the assignment. */
  prompt?: ChosenPrompt | undefined;
}

/** What the owner of a backend will post for an attempt, and as whom it owns the backend. */
export interface ChosenPrompt {
  promptId: string;
  owner: string;
  epoch: number;
}

export interface Assigned<Planned> {
  /** Their rows were free, and their backends take tasks. */
  tried: Planned[];
  /** They were made; `attempt` is the new one. */
  done: (Planned & AssignedRow)[];
  /** The queue is paused: none was made. */
  isPaused: boolean;
}

/** The task's row as it is since the assignment: who runs it need not read it. */
export interface AssignedRow {
  task: Task;
  /** Absent where it was not saved. */
  prompt?: ChosenPrompt | undefined;
}

/**
 * Makes the assignments of one plan in one transaction: `queued → assigned` under the next attempt, with a slot. A task
 * that is no longer as it was planned, or whose slot is taken, is not assigned.
 * @returns undefined when another dispatcher leads
 */
export async function assignTasks<Planned extends Assignment>(
  deps: { database: Database; clock: Clock },
  leader: LeaderFence,
  planned: readonly Planned[],
): Promise<Assigned<Planned> | undefined> {
  try {
    try {
      return await inOnePacket(deps.database, (trx) => assignAtOnce(deps, trx, leader, planned));
    } catch (error) {
      if (!isUnmet(error)) throw error;
      return await inHotTransaction(deps.database, (trx) => assignTogether(deps, trx, leader, planned));
    }
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // A taken slot: each in a transaction of its own, so that it keeps no other from its slot.
    if (planned.length === 1) return { tried: [...planned], done: [], isPaused: false };
    return assignEach(deps, leader, planned);
  }
}

async function assignEach<Planned extends Assignment>(
  deps: { database: Database; clock: Clock },
  leader: LeaderFence,
  planned: readonly Planned[],
): Promise<Assigned<Planned> | undefined> {
  const all: Assigned<Planned> = { tried: [], done: [], isPaused: false };
  for (const one of planned) {
    const made = await assignTasks(deps, leader, [one]);
    if (!made || made.isPaused) return made;
    all.tried.push(...made.tried);
    all.done.push(...made.done);
  }
  return all;
}

/**
 * All of them in one round trip, or none (`isUnmet`): then it is looked for what can be made.
 */
async function assignAtOnce<Planned extends Assignment>(
  deps: { clock: Clock },
  trx: Transaction,
  leader: LeaderFence,
  planned: readonly Planned[],
): Promise<Assigned<Planned>> {
  const now = deps.clock.now();
  const taskIds = planned.map(({ taskId }) => taskId);
  const answers = await sendPacket(
    trx,
    [
      ...planned.flatMap((one) => {
        const [, ...moves] = assignmentStatements(trx, one, now);
        return [takeSlot(trx, leader, one, now), requireMet(trx), ...moves];
      }),
      trx.raw(
        `SELECT * FROM tasks FORCE INDEX (PRIMARY) WHERE id IN (${taskIds.map(() => '?').join(', ')})`,
        taskIds,
      ),
    ],
    { commits: true },
  );
  const rows = rowsOf<TaskRow>(trx, answers.at(-1));
  const tasks = new Map(rows.map((row) => [row.id, Task.fromDatabaseJson(row)]));
  const done = planned.flatMap((one) => {
    const task = tasks.get(one.taskId);
    return task ? [{ ...one, attempt: one.attempt + 1, task }] : [];
  });
  return { tried: [...planned], done, isPaused: false };
}

/** Takes a slot where all is as it was planned, and waits for no other transaction. It locks the task. */
function takeSlot(
  trx: Transaction,
  leader: LeaderFence,
  { taskId, attempt, backendId, slot, prompt }: Assignment,
  now: Date,
): Statement {
  const [waiting] = taskMoves.assign.from;
  const leading = selectLeader(trx, leader).whereNull('pausedAt');
  const owned = prompt ? 'AND owner = ? AND epoch = ?' : '';
  return trx.raw(
    `INSERT INTO slots (backend_id, slot, task_id, attempt, taken_at)
     SELECT ?, ?, id, ?, ? FROM tasks FORCE INDEX (PRIMARY) WHERE id = ? AND status = ? AND attempt = ? AND EXISTS (?)
       AND EXISTS (SELECT 1 FROM backends WHERE id = ? ${owned} AND ${isOpen} ${shareUnlocked})
     FOR UPDATE SKIP LOCKED`,
    [
      ...[backendId, slot, attempt + 1, now, taskId, waiting, attempt],
      leading,
      backendId,
      ...(prompt ? [prompt.owner, prompt.epoch] : []),
    ],
  );
}

/**
 * Locks the rows that the assignments depend on and leaves out what another transaction has locked: one row delays no
 * other, even if that transaction's process died.
 */
async function assignTogether<Planned extends Assignment>(
  deps: { clock: Clock },
  trx: Transaction,
  leader: LeaderFence,
  planned: readonly Planned[],
): Promise<Assigned<Planned> | undefined> {
  const backendIds = planned.map(({ backendId }) => backendId);
  const taskIds = planned.map(({ taskId }) => taskId);
  const [leading, backends, tasks] = await sendPacket(trx, [
    selectLeader(trx, leader),
    lockRows(trx, 'SELECT id FROM backends', backendIds, `AND ${isOpen} ${shareUnlocked}`),
    lockRows(trx, 'SELECT * FROM tasks', taskIds, 'FOR UPDATE SKIP LOCKED'),
  ]);
  const [row] = rowsOf<Pick<Leader, 'pausedAt'>>(trx, leading);
  if (!row) return undefined;
  if (row.pausedAt !== null) return { tried: [], done: [], isPaused: true };
  const free = new Set(rowsOf<Pick<Backend, 'id'>>(trx, backends).map(({ id }) => id));
  const locked = new Map(rowsOf<TaskRow>(trx, tasks).map((row) => [row.id, Task.fromDatabaseJson(row)]));
  const tried = planned.filter(({ backendId, taskId }) => free.has(backendId) && locked.has(taskId));
  const now = deps.clock.now();
  const [waiting] = taskMoves.assign.from;
  const done: (Planned & AssignedRow)[] = [];
  const moves: Statement[] = [];
  for (const one of tried) {
    const task = locked.get(one.taskId);
    if (!task || task.status !== waiting || task.attempt !== one.attempt) continue;
    const unsaved = { ...one, prompt: undefined };
    moves.push(...assignmentStatements(trx, unsaved, now));
    const attempt = one.attempt + 1;
    done.push({
      ...unsaved,
      attempt,
      task: task.$set({ status: taskMoves.assign.to, attempt, notBefore: null, updatedAt: now }),
    });
  }
  if (moves.length > 0) await sendPacket(trx, moves);
  return { tried, done, isPaused: false };
}

/**
 * The leader may have seen the backend a second ago. An administrator who drained or disabled it can rely on the answer:
 * from then on it gets no task. One on trial takes a task at a time.
 */
const isOpen = `enabled AND NOT draining AND removed_at IS NULL AND owner IS NOT NULL AND lease_until >= NOW(3)
  AND (state = 'up' OR state = 'trial' AND NOT EXISTS (SELECT 1 FROM slots WHERE backend_id = backends.id))`;

type TaskRow = Record<string, unknown> & Pick<Task, 'id'>;

const lockRows = (trx: Transaction, select: string, ids: readonly string[], lock: string): Statement =>
  trx.raw(`${select} FORCE INDEX (PRIMARY) WHERE id IN (${ids.map(() => '?').join(', ')}) ${lock}`, [...ids]);

/**
 * What an assignment writes. The caller has locked the task and seen it as it was planned. The primary key of a slot
 * refuses a third task on a backend from any planner.
 */
export function assignmentStatements(
  trx: Transaction,
  { taskId, backendId, slot, attempt: earlier, prompt }: Assignment,
  now: Date,
): Statement[] {
  const attempt = earlier + 1;
  const posted: Record<string, Date | string> = prompt
    ? { state: 'posted', promptId: prompt.promptId, postedAt: now }
    : { state: 'assigned' };
  return [
    insertInto(trx, Slot.tableName, [{ backendId, slot, taskId, attempt, takenAt: now }]),
    insertInto(trx, Attempt.tableName, [{ taskId, attempt, backendId, assignedAt: now, ...posted }]),
    trx(Task.tableName)
      .where({ id: taskId })
      .update({ status: taskMoves.assign.to, attempt, notBefore: null, updatedAt: now }),
  ];
}
