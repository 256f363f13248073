/** The states of a task for those in front of core, who have no business with its row. */
export { isTerminal, type TaskStatus } from '../db/models/task.ts';
