import type { EventType } from '@star-graph/workflows/shared/eventTypes';
import { Model } from 'objection';

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

/** What is published of it. */
export type EventRow = Pick<
  OutboxEvent,
  'id' | 'type' | 'taskId' | 'userId' | 'apiKeyId' | 'data' | 'createdAt'
>;
