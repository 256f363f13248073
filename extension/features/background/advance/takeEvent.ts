import { ClientProblem } from '@star-graph/client/clientProblem';
import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { isTerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { isEnded, type Run, type RunProgress } from '../../runs/run.ts';
import { findRunOfTask, listRuns, updateRun } from '../../runs/runStore.ts';
import { findClient } from '../../session/session.ts';
import { applyEnd, applyTask, endRun, tellRun } from './changeRun.ts';
import type { EndEvent, RunDeps } from './liveRuns.ts';

export async function takeEvent(deps: RunDeps, event: EventView): Promise<void> {
  if (event.type === 'state_snapshot') return await takeSnapshot(deps, event.data.tasks);
  const run = await findRunOfTask(event.taskId);
  if (!run) return keepEarly(deps, event);
  if (isEnded(run)) return;
  switch (event.type) {
    case 'progress_update':
      return await takeProgress(deps, run, event.data);
    case 'task_queued': {
      const waiting = await updateRun(run.id, (one) =>
        one.state === 'running' ? { ...one, state: 'waiting' } : undefined,
      );
      if (!waiting) return;
      // The progress of a lost attempt is gone.
      deps.live.progress.set(waiting.id, { percent: 0 });
      await tellRun(deps, waiting);
      return;
    }
    case 'task_started': {
      const started = await updateRun(run.id, (one) =>
        isEnded(one) ? undefined : { ...one, state: 'running' },
      );
      if (started) await tellRun(deps, started);
      return;
    }
    case 'task_completed':
    case 'task_failed':
    case 'task_cancelled':
      return await applyEnd(deps, run.id, event);
  }
}

const isEnd = (event: EventView): event is EndEvent => isTerminalEventType(event.type);

/** The answer to a submission and the task's events arrive separately; the end may come first. */
function keepEarly(deps: RunDeps, event: EventView): void {
  if (isEnd(event) && deps.live.active.size > 0) deps.live.earlyEnds.set(event.taskId, event);
}

async function takeProgress(deps: RunDeps, run: Run, progress: RunProgress): Promise<void> {
  // A report without a preview keeps the last one.
  const preview = progress.preview ?? deps.live.progress.get(run.id)?.preview;
  const shown = { ...progress, ...(preview ? { preview } : {}) };
  deps.live.progress.set(run.id, shown);
  await tellRun(deps, run);
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
