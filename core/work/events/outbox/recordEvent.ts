import type { Transaction } from '../../../ground/db/connect.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import {
  affectedBy,
  insertInto,
  rowsOf,
  type Statement,
  sendPacket,
  whenAnswered,
} from '../../../ground/db/packet.ts';
import { invariant } from '../../../ground/errors.ts';
import type { EventType } from '../event.ts';
import { type EventSubject, recordingOf } from './commitAndPublish.ts';

type TaskIdentity = Pick<Task, 'id' | 'userId' | 'apiKeyId'>;

export interface NewEvent {
  type: EventType;
  data: Record<string, unknown>;
}

/** Records the event of a change in the transaction that makes the change. It is published after the commit. */
export async function recordEvent(
  trx: Transaction,
  type: EventType,
  task: TaskIdentity,
  data: Record<string, unknown>,
  at: Date,
): Promise<void> {
  await sendPacket(trx, recordEvents(trx, task, [{ type, data }], at));
}

/**
 * Several of one task and moment, in this order: statements that may go with others in one packet.
 * @param subject the task after the change, where its events show more of it than their data.
 */
export function recordEvents(
  trx: Transaction,
  { id: taskId, userId, apiKeyId }: TaskIdentity,
  events: readonly NewEvent[],
  createdAt: Date,
  subject?: EventSubject,
): Statement[] {
  const recording = recordingOf(trx);
  if (recording && subject) recording.subject = subject;
  const rows = events.map(({ type, data }) => ({ type, taskId, userId, apiKeyId, data, createdAt }));
  const stored = rows.map((row) => ({ ...row, data: JSON.stringify(row.data) }));
  const inserted = insertInto(trx, OutboxEvent.tableName, stored);
  if (!recording) return [inserted];
  const look = whenAnswered(selectOwn(trx, taskId), (answer) => {
    const own = rowsOf<OwnEvent>(trx, answer);
    // This transaction's own events are published together.
    if (recording.events.length === 0) recording.previous = own[0]?.previous ?? 0;
    for (const [at, row] of rows.entries()) {
      const id = own[at]?.id;
      invariant(id !== undefined, 'an event that was recorded has a number');
      recording.events.push({ ...row, id });
    }
  });
  return [inserted, look];
}

/** The same for a task of which only the id is at hand, if the statement before it met a row. */
export function recordEventOfMoved(
  trx: Transaction,
  { type, data }: NewEvent,
  taskId: string,
  createdAt: Date,
): Statement[] {
  const recording = recordingOf(trx);
  const inserted = trx.raw(
    `INSERT INTO outbox (type, task_id, user_id, api_key_id, data, created_at)
     SELECT ?, id, user_id, api_key_id, ?, ? FROM tasks WHERE id = ? AND ROW_COUNT() > 0`,
    [type, JSON.stringify(data), createdAt, taskId],
  );
  if (!recording) return [inserted];
  let isRecorded = false;
  return [
    whenAnswered(inserted, (answer) => {
      isRecorded = affectedBy(answer) > 0;
    }),
    whenAnswered(selectOwn(trx, taskId), (answer) => {
      const [own] = rowsOf<OwnEvent>(trx, answer);
      if (!isRecorded || !own) return;
      const { id, userId, apiKeyId, previous } = own;
      recording.events.push({ id, type, taskId, userId, apiKeyId, data, createdAt });
      recording.previous = previous ?? 0;
    }),
  ];
}

interface OwnEvent {
  id: number;
  userId: string;
  apiKeyId: string | null;
  previous: number | null;
}

/** The events of a task that this connection has just inserted, and which of it waits unmarked before them. */
const selectOwn = (trx: Transaction, taskId: string): Statement =>
  trx.raw(
    `SELECT id, user_id, api_key_id, (
       SELECT MAX(id) FROM outbox FORCE INDEX (outbox_task)
       WHERE task_id = ? AND id < LAST_INSERT_ID() AND sent_at IS NULL
     ) AS previous
     FROM outbox FORCE INDEX (outbox_task) WHERE task_id = ? AND id >= LAST_INSERT_ID() ORDER BY id`,
    [taskId, taskId],
  );
