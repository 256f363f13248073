import { eventTypes } from '@star-graph/workflows/shared/eventTypes';
import { z } from 'zod';
import type { EventRow } from '../../../ground/db/models/outboxEvent.ts';
import type { TaskEvent } from '../event.ts';
import type { PresentedTask } from '../taskPresenter.ts';

/** A fact as the stream keeps it: small, and without values that age, such as signed links. */
export type StoredEvent = Pick<EventRow, 'type' | 'taskId' | 'userId' | 'data'> & { timestamp: string };

const entrySchema = z.object({
  type: z.enum(eventTypes),
  taskId: z.string(),
  userId: z.string(),
  timestamp: z.string(),
  data: z.record(z.string(), z.unknown()),
});

export const presentEntry = (row: EventRow): string => {
  const { type, taskId, userId, data } = row;
  const fact: StoredEvent = { type, taskId, userId, timestamp: row.createdAt.toISOString(), data };
  return JSON.stringify(fact);
};

export const parseEntry = (entry: string): StoredEvent => entrySchema.parse(JSON.parse(entry));

/** Whether clients see more of the task than the fact holds. */
export const showsTask = (type: EventRow['type']): boolean =>
  type !== 'task_queued' && type !== 'task_started';

/**
 * A fact as clients receive it, without its seq. The task is shown as it is now, so a client that resumes late gets
 * links that work. For a deleted task only the fact remains.
 */
export function presentStoredEvent(
  fact: EventRow | StoredEvent,
  task: PresentedTask | undefined,
): Omit<TaskEvent, 'seq'> {
  const { type, taskId, userId } = fact;
  const timestamp = 'timestamp' in fact ? fact.timestamp : fact.createdAt.toISOString();
  return { type, taskId, userId, timestamp, data: task ? presentData(fact, task) : fact.data };
}

function presentData(fact: Pick<EventRow, 'type' | 'data'>, task: PresentedTask): Record<string, unknown> {
  switch (fact.type) {
    case 'task_created':
      return { ...fact.data, task };
    case 'task_completed':
      return { ...fact.data, ...outcomeOf(task) };
    case 'task_failed':
      return { ...fact.data, error: task.error, charged: task.charged ?? 0 };
    case 'task_cancelled':
      return { ...fact.data, charged: task.charged ?? 0 };
    default:
      return fact.data;
  }
}

const outcomeOf = ({ outputs, withheld, cached, cost }: PresentedTask) => ({
  outputs,
  cached,
  cost,
  ...(withheld === undefined ? {} : { withheld }),
});
