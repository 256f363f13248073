/** The events that end a task. */
export const terminalEventTypes = ['task_completed', 'task_failed', 'task_cancelled'] as const;
export type TerminalEventType = (typeof terminalEventTypes)[number];

/** Facts: committed with the change that they tell of, kept for who resumes, and sent to webhooks. */
export const factTypes = ['task_created', 'task_queued', 'task_started', ...terminalEventTypes] as const;

/** All that is told of tasks; the last two are made for those who watch. The names are public. */
export const eventTypes = [...factTypes, 'progress_update', 'state_snapshot'] as const;
export type EventType = (typeof eventTypes)[number];

export const isTerminalEventType = (type: EventType): type is TerminalEventType =>
  (terminalEventTypes as readonly EventType[]).includes(type);
