import type { Database } from '../../ground/db/connect.ts';
import { type AttemptState, Slot } from '../../ground/db/models/backend.ts';
import { isTerminal, type Task, type TaskStatus } from '../../ground/db/models/task.ts';

/** A taken slot: an attempt that its backend's owner must bring to an end. */
export interface TakenSlot {
  taskId: string;
  attempt: number;
  backendId: string;
  slot: 0 | 1;
  state: AttemptState;
  /** Saved before the POST: only the backend knows whether it arrived. */
  promptId: string | null;
  /** Saved, and certainly not sent: this owner chose it. Then there is no `promptId`. */
  unsentPromptId?: string | undefined;
  startedAt: Date | null;
  /** Undefined: just now, by the leader in this process. */
  assignedAt?: Date;
  /** The task ended or went on without this attempt: only the slot must be given back. */
  isOver: boolean;
  /** Its task's row, where the leader has just assigned it in this process. Otherwise it is read. */
  task?: Task;
  /** The leader has a better place for the task, unless the execution has begun. */
  isRecalled: boolean;
  /** An administrator puts the task back into the queue, begun or not. Default: no. */
  isRequeued?: boolean;
}

interface WorkRow extends Omit<TakenSlot, 'isOver' | 'isRecalled' | 'isRequeued' | 'task'> {
  recalledAt: Date | null;
  requeuedAt: Date | null;
  status: TaskStatus;
  currentAttempt: number;
}

/** In the order of their assignment. Those of one plan have one time, and the earlier one has the lower slot. */
export async function listTakenSlots(
  database: Database,
  backendIds: readonly string[],
): Promise<TakenSlot[]> {
  if (backendIds.length === 0) return [];
  const rows = await Slot.query(database)
    .whereIn('slots.backendId', backendIds)
    .join('attempts', (on) =>
      on.on('attempts.taskId', 'slots.taskId').andOn('attempts.attempt', 'slots.attempt'),
    )
    .join('tasks', 'tasks.id', 'slots.taskId')
    .select('slots.taskId', 'slots.attempt', 'slots.backendId', 'slots.slot')
    .select('attempts.state', 'attempts.promptId', 'attempts.startedAt', 'attempts.recalledAt')
    .select('attempts.assignedAt')
    .select('attempts.requeuedAt')
    .select('tasks.status', 'tasks.attempt as currentAttempt')
    .orderBy(['slots.takenAt', 'slots.slot'])
    .castTo<WorkRow[]>();
  return rows.map(({ status, currentAttempt, recalledAt, requeuedAt, ...slot }) => ({
    ...slot,
    isRecalled: recalledAt !== null,
    isRequeued: requeuedAt !== null,
    isOver: isTerminal(status) || status === 'queued' || currentAttempt !== slot.attempt,
  }));
}

export const takenSlotKey = (slot: Pick<TakenSlot, 'taskId' | 'attempt'>): string =>
  `${slot.taskId}:${slot.attempt}`;
