export const openStatuses = ['queued', 'assigned', 'running'] as const;
/** Terminal: a task never leaves them. */
export const terminalStatuses = ['succeeded', 'failed', 'cancelled'] as const;
export const taskStatuses = [...openStatuses, ...terminalStatuses] as const;
export type TaskStatus = (typeof taskStatuses)[number];
export type TerminalStatus = (typeof terminalStatuses)[number];

export const isOpen = (status: TaskStatus): boolean =>
  (openStatuses as readonly TaskStatus[]).includes(status);
export const isTerminal = (status: string): status is TerminalStatus =>
  (terminalStatuses as readonly string[]).includes(status);
