import type { EventType } from '@star-graph/workflows/shared/eventTypes';
import { openStatuses, type TaskStatus } from '@star-graph/workflows/shared/taskStatuses';
import type { TransferKind } from './ledger.ts';

/** What one move of a task is conditional on, and what is written with it in its transaction. */
export interface TaskMove {
  from: readonly TaskStatus[];
  to: TaskStatus;
  /** Whose lease must hold: the leader's, or that of the owner of the task's backend. Null: the row's state suffices. */
  fence: 'leader' | 'owner' | null;
  /** `kept` by an ending: the owner frees it once the backend has let go of the prompt. Null: there is none. */
  slot: 'taken' | 'kept' | 'freed' | null;
  /** What may become of its hold. Null: the credits stay held. */
  settlement: readonly TransferKind[] | null;
  event: EventType | null;
}

const atWork = ['assigned', 'running'] as const;
const paid = ['capture', 'partial-capture'] as const;
/** All comes back, unless time was used: then that is paid, up to all of it. */
const givenBack = ['release', 'partial-capture', 'capture'] as const;

/**
 * All moves of a task. The statements that move it take their conditions from here, as do the guards of the database,
 * the doctor's deep check and infra/docs/task-moves.md. A move that is not here is refused by the database.
 */
export const taskMoves = {
  assign: { from: ['queued'], to: 'assigned', fence: 'leader', slot: 'taken', settlement: null, event: null },
  start: {
    from: ['assigned'],
    to: 'running',
    fence: 'owner',
    slot: 'kept',
    settlement: null,
    event: 'task_started',
  },
  complete: {
    from: atWork,
    to: 'succeeded',
    fence: 'owner',
    slot: 'freed',
    settlement: paid,
    event: 'task_completed',
  },
  fail: {
    from: atWork,
    to: 'failed',
    fence: 'owner',
    slot: 'freed',
    settlement: givenBack,
    event: 'task_failed',
  },
  failOutOfTime: {
    from: atWork,
    to: 'failed',
    fence: 'owner',
    slot: 'kept',
    settlement: givenBack,
    event: 'task_failed',
  },
  requeue: {
    from: atWork,
    to: 'queued',
    fence: 'owner',
    slot: 'freed',
    settlement: null,
    event: 'task_queued',
  },
  completeFromCache: {
    from: ['queued'],
    to: 'succeeded',
    fence: null,
    slot: null,
    settlement: ['capture'],
    event: 'task_completed',
  },
  failQueued: {
    from: ['queued'],
    to: 'failed',
    fence: null,
    slot: null,
    settlement: ['release'],
    event: 'task_failed',
  },
  cancel: {
    from: openStatuses,
    to: 'cancelled',
    fence: null,
    slot: 'kept',
    settlement: givenBack,
    event: 'task_cancelled',
  },
} as const satisfies Record<string, TaskMove>;

const moves: readonly TaskMove[] = Object.values(taskMoves);

/** Where a task may go from each state; an ended one goes nowhere. */
export const nextStatuses = (from: TaskStatus): TaskStatus[] => [
  ...new Set(moves.filter((move) => move.from.includes(from)).map(({ to }) => to)),
];

/** The states in which a slot is certain: entered only by moves that take one or keep it. */
export const statusesAtWork: readonly TaskStatus[] = openStatuses.filter((status) => {
  const entering = moves.filter(({ to }) => to === status);
  return entering.length > 0 && entering.every(({ slot }) => slot === 'taken' || slot === 'kept');
});

/** How a task that ended so may have been settled. */
export const settlementsOf = (status: TaskStatus): TransferKind[] => [
  ...new Set(moves.filter(({ to }) => to === status).flatMap(({ settlement }) => settlement ?? [])),
];
