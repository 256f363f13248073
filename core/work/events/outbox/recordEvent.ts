import type { Transaction } from '../../../ground/db/connect.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import {
  affectedBy,
  insertedBy,
  insertInto,
  rowsOf,
  type Statement,
  sendPacket,
  whenAnswered,
} from '../../../ground/db/packet.ts';
import type { EventType } from '../event.ts';
import { type EventSubject, recordingOf } from './commitAndPublish.ts';

export type TaskIdentity = Pick<Task, 'id' | 'userId' | 'apiKeyId'>;

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
  const statements = events.map(({ type, data }) => {
    const row = { type, taskId, userId, apiKeyId, data, createdAt };
    const statement = insertInto(trx, OutboxEvent.tableName, [{ ...row, data: JSON.stringify(data) }]);
    return whenAnswered(statement, (answer) => recording?.events.push({ ...row, id: insertedBy(answer) }));
  });
  // Nothing comes before the creation of a task, and this transaction's own events are published together.
  if (!recording || recording.events.length > 0 || events[0]?.type === 'task_created') return statements;
  const look = whenAnswered(selectLast(trx), (answer) => {
    const [last] = rowsOf<LastEvent>(trx, answer);
    recording.previous = last?.previous ?? 0;
  });
  const [first, ...rest] = statements;
  return first ? [first, look, ...rest] : [];
}

/** The same for a task of which only the id is at hand, if the statement before it met a row. */
export function recordEventOfMoved(
  trx: Transaction,
  { type, data }: NewEvent,
  taskId: string,
  createdAt: Date,
): Statement[] {
  const recording = recordingOf(trx);
  let id: number | undefined;
  const statement = trx.raw(
    `INSERT INTO outbox (type, task_id, user_id, api_key_id, data, created_at)
     SELECT ?, id, user_id, api_key_id, ?, ? FROM tasks WHERE id = ? AND ROW_COUNT() > 0`,
    [type, JSON.stringify(data), createdAt, taskId],
  );
  if (!recording) return [statement];
  return [
    whenAnswered(statement, (answer) => {
      if (affectedBy(answer) > 0) id = insertedBy(answer);
    }),
    whenAnswered(selectLast(trx), (answer) => {
      const [last] = rowsOf<LastEvent>(trx, answer);
      if (id === undefined || !last) return;
      const { userId, apiKeyId, previous } = last;
      recording.events.push({ id, type, taskId, userId, apiKeyId, data, createdAt });
      recording.previous = previous ?? 0;
    }),
  ];
}

interface LastEvent {
  userId: string;
  apiKeyId: string | null;
  previous: number | null;
}

/** Whose event this connection has just inserted, and which of its task waits unmarked before it. */
const selectLast = (trx: Transaction): Statement =>
  trx.raw(
    `SELECT user_id, api_key_id, (
       SELECT MAX(earlier.id) FROM outbox AS earlier FORCE INDEX (outbox_task)
       WHERE earlier.task_id = last.task_id AND earlier.id < last.id AND earlier.sent_at IS NULL
     ) AS previous
     FROM outbox AS last WHERE id = LAST_INSERT_ID()`,
  );
