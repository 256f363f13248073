/** The part of a task's public shape that events need; the rest passes through. */
export interface PresentedTask extends Record<string, unknown> {
  id: string;
  status: string;
  outputs: readonly unknown[];
  withheld?: number;
  cached: boolean;
  cost: number;
  /** The final charge. */
  charged?: number;
  error?: unknown;
}

/**
 * The tasks as clients see them now, by id, in the order asked for, with fresh links to their outputs. Tasks that do
 * not exist are absent.
 */
export type PresentTasks = (taskIds: readonly string[]) => Promise<Map<string, PresentedTask>>;
