import { applyEvent, type FollowedTask } from '@star-graph/client/applyEvent';
import { ClientProblem } from '@star-graph/client/clientProblem';
import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { isTerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { isEnded, type Run } from '../../runs/run.ts';
import { findRunOfTask, listRuns } from '../../runs/runStore.ts';
import { findClient } from '../../session/session.ts';
import { applyTask, endRun } from './changeRun.ts';
import type { EndEvent, RunDeps } from './liveRuns.ts';

export async function takeEvent(deps: RunDeps, event: EventView): Promise<void> {
  if (event.type === 'state_snapshot') return await takeSnapshot(deps, event.data.tasks);
  const run = await findRunOfTask(event.taskId);
  if (!run) return keepEarly(deps, event);
  if (isEnded(run)) return;
  const known = taskOf(deps, run, event.taskId);
  const task = applyEvent(known, event);
  if (task !== known) await applyTask(deps, run.id, task);
}

/** The task as far as its run knows it: an earlier worker may have heard of its attempts. */
function taskOf({ live }: RunDeps, { id, state, cost = 0 }: Run, taskId: string): FollowedTask {
  const progress = live.progress.get(id) ?? { percent: 0 };
  const status = state === 'running' ? 'running' : 'queued';
  return { id: taskId, status, attempt: 0, progress, outputs: [], cost };
}

const isEnd = (event: EventView): event is EndEvent => isTerminalEventType(event.type);

/** The answer to a submission and the task's events arrive separately; the end may come first. */
function keepEarly(deps: RunDeps, event: EventView): void {
  if (isEnd(event) && deps.live.active.size > 0) deps.live.earlyEnds.set(event.taskId, event);
}

/** Missed changes are in the snapshot or are requested by id. */
async function takeSnapshot(deps: RunDeps, tasks: readonly TaskView[]): Promise<void> {
  const client = await findClient();
  const byId = new Map(tasks.map((task) => [task.id, task]));
  for (const run of await listRuns()) {
    if (run.taskId === undefined || run.joined || isEnded(run)) continue;
    try {
      const task = byId.get(run.taskId) ?? (await client?.getTask({ params: { id: run.taskId } }));
      if (task) await applyTask(deps, run.id, task);
    } catch (error) {
      // Another account's task, or a deleted one: no event will report its end.
      if (!(error instanceof ClientProblem) || error.code !== 'not-found') throw error;
      await endRun(deps, run.id, { state: 'failed', problem: { code: 'not-found' } });
    }
  }
}
