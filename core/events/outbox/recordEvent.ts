import type { Knex } from 'knex';
import type { Transaction } from '../../db/connect.ts';
import { OutboxEvent } from '../../db/models/outboxEvent.ts';
import type { Task } from '../../db/models/task.ts';
import type { EventType } from '../event.ts';

export type TaskIdentity = Pick<Task, 'id' | 'userId' | 'apiKeyId'>;

/** Records the event of a change in the transaction that makes the change. The relay publishes it after the commit. */
export async function recordEvent(
  trx: Transaction,
  type: EventType,
  task: TaskIdentity,
  data: Record<string, unknown>,
  at: Date,
): Promise<void> {
  await recordEvents(trx, task, [{ type, data }], at);
}

/** Several of one task and moment, in this order: a statement that may go with others in one packet. */
export function recordEvents(
  trx: Transaction,
  { id: taskId, userId, apiKeyId }: TaskIdentity,
  events: readonly { type: EventType; data: Record<string, unknown> }[],
  createdAt: Date,
): Knex.QueryBuilder {
  const rows = events.map(({ type, data }) => {
    const text = JSON.stringify(data);
    return { type, taskId, userId, apiKeyId, data: text, createdAt };
  });
  return trx(OutboxEvent.tableName).insert(rows);
}

/** The same for a task of which only the id is at hand, if the statement before it met a row. */
export function recordEventOfMoved(
  trx: Transaction,
  type: EventType,
  taskId: string,
  data: Record<string, unknown>,
  at: Date,
): Knex.Raw {
  return trx.raw(
    `INSERT INTO outbox (type, task_id, user_id, api_key_id, data, created_at)
     SELECT ?, id, user_id, api_key_id, ?, ? FROM tasks WHERE id = ? AND ROW_COUNT() > 0`,
    [type, JSON.stringify(data), at, taskId],
  );
}
