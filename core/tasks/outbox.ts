import type { Transaction } from '../db/connect.ts';
import { OutboxEvent } from '../db/models/outboxEvent.ts';
import type { Task } from '../db/models/task.ts';
import type { EventType } from '../events/event.ts';

export type TaskIdentity = Pick<Task, 'id' | 'userId' | 'apiKeyId'>;

/** Tells of a change in the transaction that makes it; the relay publishes it after the commit. */
export async function recordEvent(
  trx: Transaction,
  type: EventType,
  task: TaskIdentity,
  data: Record<string, unknown>,
  at: Date,
): Promise<void> {
  await OutboxEvent.query(trx).insert({
    type,
    taskId: task.id,
    userId: task.userId,
    apiKeyId: task.apiKeyId,
    data,
    createdAt: at,
  });
}
