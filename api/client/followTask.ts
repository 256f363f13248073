import type { GenerateBodyOf } from '@star-graph/contract/tasks/generate';
import type { ProgressView, TaskView } from '@star-graph/contract/tasks/tasks';
import { applyEvent } from './applyEvent.ts';
import type { ApiClient, KeyedOptions } from './client.ts';
import { watchTask } from './watchTask.ts';

/** How far a task is. */
export type TaskProgress = Pick<TaskView, 'status'> & ProgressView;

export interface FollowOptions {
  signal?: AbortSignal;
  /** After each event, with a preview of the picture where there is one. */
  onProgress?: (progress: TaskProgress) => void;
}

export type RunOptions = FollowOptions & KeyedOptions;

/** A task ended without a result. `message` is the platform's sentence for people. */
export class TaskFailed extends Error {
  readonly task: TaskView;

  constructor(task: TaskView) {
    super(task.error?.detail ?? `The task was ${task.status}.`);
    this.name = 'TaskFailed';
    this.task = task;
  }
}

/**
 * Waits until a task has ended, by result or not; a lost connection is opened again, without a limit of time. An abort
 * ends the waiting and leaves the task to itself.
 * @throws ClientProblem, Unreachable, or the signal's reason.
 */
export async function followTask(
  client: ApiClient,
  taskId: string,
  { signal, onProgress }: FollowOptions = {},
): Promise<TaskView> {
  let task: TaskView | undefined;
  for await (const event of watchTask(client.deps, taskId, signal ? { signal } : {})) {
    if (task) task = applyEvent(task, event);
    // Its state comes first.
    else if (event.type === 'state_snapshot') [task] = event.data.tasks;
    if (task) onProgress?.({ status: task.status, ...task.progress });
  }
  return client.getTask({ params: { id: taskId } }, signal ? { signal } : {});
}

/**
 * Submits a task and waits for its result. An abort cancels it: what was not computed is paid back.
 * @throws TaskFailed, ClientProblem, Unreachable, or the signal's reason.
 */
export async function runTask<Name extends string>(
  client: ApiClient,
  workflow: Name,
  body: GenerateBodyOf<Name>,
  options: RunOptions = {},
): Promise<TaskView> {
  const { id } = await client.generate(workflow, body, options);
  let task: TaskView;
  try {
    task = await followTask(client, id, options);
  } catch (error) {
    if (options.signal?.aborted) await client.cancelTask({ params: { id } });
    throw error;
  }
  if (task.status !== 'succeeded') throw new TaskFailed(task);
  return task;
}
