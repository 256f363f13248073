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

/** The events that end a task. */
export const terminalEventTypes = [
  'task_completed',
  'task_failed',
  'task_cancelled',
] as const satisfies readonly EventType[];

/** What is shown while a task waits or runs. `percent` is monotonic within an attempt, over the whole graph. */
export interface Progress {
  percent: number;
  node?: string;
  step?: number;
  steps?: number;
  queuePosition?: number;
  etaSeconds?: number;
  /** Credits that cancelling costs now; absent: none. */
  cancelCost?: number;
  preview?: { mime: string; base64: string };
}

/** A fact or a snapshot as clients receive it. */
export interface TaskEvent {
  type: EventType;
  /** Empty in a snapshot of several tasks. */
  taskId: string;
  /** Whose task it is. */
  userId: string;
  timestamp: string;
  /** Opaque to clients: what they send back to resume behind this event. */
  seq: string;
  data: Record<string, unknown>;
}
