/** The events that end a task. */
export const terminalEventTypes = ['task_completed', 'task_failed', 'task_cancelled'] as const;
export type TerminalEventType = (typeof terminalEventTypes)[number];

/** Facts: committed with their change, kept for clients that resume, and sent to webhooks. */
export const factTypes = ['task_created', 'task_queued', 'task_started', ...terminalEventTypes] as const;

/** All events about tasks; the last two are only for connected clients. The names are public. */
export const eventTypes = [...factTypes, 'progress_update', 'state_snapshot'] as const;
export type EventType = (typeof eventTypes)[number];

export const isTerminalEventType = (type: EventType): type is TerminalEventType =>
  (terminalEventTypes as readonly EventType[]).includes(type);
