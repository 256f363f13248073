import { ClientProblem } from '@star-graph/client/clientProblem';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { ShownProblem } from '../../problems/problem.ts';
import { isEnded, type Run } from '../../runs/run.ts';
import { updateRun } from '../../runs/runStore.ts';
import type { EndEvent, RunDeps } from './liveRuns.ts';

/** Thrown inside a run that ended meanwhile, by the person. */
export class RunEnded extends Error {}

/** Stores a step and shows it. @throws RunEnded */
export async function changeRun(deps: RunDeps, runId: string, change: Partial<Run>): Promise<Run> {
  const run = await updateRun(runId, (current) => (isEnded(current) ? undefined : { ...current, ...change }));
  if (!run) throw new RunEnded();
  deps.ports.tellRun(run, deps.live.progress.get(runId));
  return run;
}

/** Applies an event about the end of a task. */
export async function applyEnd(deps: RunDeps, runId: string, event: EndEvent): Promise<void> {
  switch (event.type) {
    case 'task_completed':
      return await endRun(deps, runId, {
        state: 'succeeded',
        cost: event.data.cost,
        outputAssetId: event.data.outputs[0]?.id,
      });
    case 'task_failed': {
      const { code, message } = new ClientProblem(event.data.error);
      return await endRun(deps, runId, { state: 'failed', problem: { code, detail: message } });
    }
    case 'task_cancelled':
      return await endRun(deps, runId, { state: 'cancelled', charged: event.data.charged ?? 0 });
  }
}

/** Applies the server's state of a task. */
export async function applyTask(deps: RunDeps, runId: string, task: TaskView): Promise<void> {
  if (task.status === 'succeeded') {
    await endRun(deps, runId, {
      state: 'succeeded',
      cost: task.cost,
      outputAssetId: task.outputs[0]?.id,
    });
  } else if (task.status === 'failed') {
    const problem: ShownProblem = task.error
      ? { code: new ClientProblem(task.error).code, detail: task.error.detail }
      : { code: 'generation-failed' };
    await endRun(deps, runId, { state: 'failed', problem });
  } else if (task.status === 'cancelled')
    await endRun(deps, runId, { state: 'cancelled', charged: task.charged ?? 0 });
  else {
    const { preview: _, ...progress } = task.progress;
    deps.live.progress.set(runId, progress);
    const state = task.status === 'running' ? 'running' : 'waiting';
    const run = await updateRun(runId, (current) => (isEnded(current) ? undefined : { ...current, state }));
    if (run) deps.ports.tellRun(run, progress);
  }
}

export async function endRun(deps: RunDeps, runId: string, end: Partial<Run>): Promise<void> {
  const run = await updateRun(runId, (current) => (isEnded(current) ? undefined : { ...current, ...end }));
  // Already applied, by another event or request.
  if (!run) return;
  deps.live.progress.delete(runId);
  deps.ports.tellRun(run);
  await deps.onEnd(run);
}
