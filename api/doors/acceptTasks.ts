import { createHash } from 'node:crypto';
import type { IdempotencyClaim } from '@star-graph/core/ground/db/idempotency';
import type { Task } from '@star-graph/core/ground/db/models/task';
import { Problem } from '@star-graph/core/ground/errors';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { findReplay } from '@star-graph/core/work/tasks/accepting/idempotency';
import type { Workflow } from '@star-graph/workflows';
import type { ApiContext } from '../apiContext.ts';
import { acceptTask, type WorkRequest } from '../routes/tasks/acceptTask.ts';
import { cancelOwnTask } from '../routes/tasks/ownTask.ts';
import type { DoorDeps } from './doorDeps.ts';

/** One request of another program, which may take several tasks. */
export interface DoorRequest {
  workflowName: string;
  /** Instead of one of the catalogue: the door has checked the params. */
  workflow?: Workflow;
  /** Of each task. */
  bodies: readonly Record<string, unknown>[];
  limits?: Pick<WorkRequest, 'creditsPerDay' | 'mostCredits'>;
}

/** What makes a repeated request the same as its first. */
export interface Repeats {
  key: string;
  /** Says the whole request, and nothing that a repeat has anew, such as the boundary of a form. */
  content: string;
}

/**
 * The key of a client, as another program sends it.
 * @throws Problem `invalid-params`.
 */
export function readRepeatKey(ctx: ApiContext): string | undefined {
  const key = ctx.get('idempotency-key');
  if (key === '') return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Problem(
    'invalid-params',
    'The Idempotency-Key has to be 1 to 255 printable ASCII characters without spaces.',
  );
}

/** One claim for each task: 64 characters hold any key of a client. */
const claimOf = (userId: string, { key, content }: Repeats, index: number): IdempotencyClaim => ({
  userId,
  key: createHash('sha256').update(`door\n${key}\n${index}`).digest('hex'),
  bodyHash: createHash('sha256').update(`door\n${content}\n${index}`).digest('hex'),
});

/** The tasks that the same request made before, without any upload or look-up of its own. */
export async function findRepeated(
  { database }: Pick<DoorDeps, 'database'>,
  caller: PersonCaller,
  repeats: Repeats | undefined,
): Promise<Task[]> {
  const tasks: Task[] = [];
  if (!repeats) return tasks;
  for (let index = 0; ; index += 1) {
    const task = await findReplay(database, claimOf(caller.account.id, repeats, index));
    if (!task) return tasks;
    tasks.push(task);
  }
}

/**
 * Accepts all tasks of a request, or none: what was accepted is given back where a later one is refused.
 * @throws Problem everything that `acceptTask` throws.
 */
export async function acceptTasks(
  deps: DoorDeps,
  caller: PersonCaller,
  ctx: ApiContext,
  { workflowName, workflow, bodies, limits }: DoorRequest,
  repeats: Repeats | undefined,
): Promise<string[]> {
  const made: string[] = [];
  const taskIds: string[] = [];
  try {
    for (const [index, body] of bodies.entries()) {
      const claim = repeats && claimOf(caller.account.id, repeats, index);
      const { task, replayed } = await acceptTask(deps, caller, {
        workflowName,
        body,
        rawBody: '',
        idempotencyKey: claim?.key,
        ...(claim && { bodyHash: claim.bodyHash }),
        ...limits,
        ...(workflow && { workflow }),
        span: ctx.state.span,
      });
      taskIds.push(task.id);
      if (!replayed) made.push(task.id);
    }
    return taskIds;
  } catch (error) {
    await cancelTasks(deps, caller, made, { isCharged: false });
    throw error;
  }
}

/** Those that have ended stay as they are. @returns how many had not. */
export async function cancelTasks(
  deps: DoorDeps,
  caller: PersonCaller,
  taskIds: readonly string[],
  { isCharged }: { isCharged: boolean },
): Promise<number> {
  let cancelled = 0;
  for (const taskId of taskIds)
    try {
      await cancelOwnTask(deps, taskId, caller, isCharged);
      cancelled += 1;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'task-finished') throw error;
    }
  return cancelled;
}
