import { Model } from 'objection';

/** Facts about tasks; the names are public. `progress_update` and `state_snapshot` never pass through the outbox. */
export const eventTypes = [
  'task_created',
  'task_queued',
  'task_started',
  'progress_update',
  'task_completed',
  'task_failed',
  'task_cancelled',
  'state_snapshot',
] as const;
export type EventType = (typeof eventTypes)[number];

/** An event that was committed with the change it tells of and waits for the relay. */
export class OutboxEvent extends Model {
  static override tableName = 'outbox';
  static override jsonAttributes = ['data'];
  declare id: number;
  declare type: EventType;
  declare taskId: string;
  declare userId: string;
  declare apiKeyId: string | null;
  declare data: Record<string, unknown>;
  declare createdAt: Date;
  declare sentAt: Date | null;
}
