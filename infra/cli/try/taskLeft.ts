import type { TaskView } from '@star-graph/client/index';

/** Something failed after the task was accepted: the task and its result are there without us. */
export class TaskLeft extends Error {
  readonly taskId: string;
  /** How to get at what it made. */
  readonly wayOut: string;
  constructor(task: TaskView, cause: unknown) {
    super(`task ${task.id} was left`, { cause });
    this.taskId = task.id;
    this.wayOut = describeWayOut(task);
  }
}

function describeWayOut({ id, status, outputs }: TaskView): string {
  if (status !== 'succeeded')
    return `Task ${id} was accepted and goes on: GET /api/v1/tasks/${id} tells how it ends.`;
  const addresses = outputs.map(({ url }) => `\n  ${url}`).join('');
  return `Task ${id} is done and its result is kept. For an hour it is at${addresses}\nand then GET /api/v1/tasks/${id} gives a new address.`;
}
