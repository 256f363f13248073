import { ClientProblem } from '@star-graph/client/clientProblem';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { ShownProblem } from '../../runs/problem.ts';
import { isEnded, type Run, type RunProgress } from '../../runs/run.ts';
import { listJoined, listRuns, updateRun } from '../../runs/runStore.ts';
import { setStopped, settleCredits } from '../../session/budget.ts';
import type { EndEvent, RunDeps } from './liveRuns.ts';

/** Thrown inside a run that ended meanwhile, by the person. */
export class RunEnded extends Error {}

/** Shows a run's state on its picture, and on those of the runs that joined it. */
export async function tellRun(
  { ports, live }: RunDeps,
  run: Run,
  progress: RunProgress | undefined = live.progress.get(run.id),
): Promise<void> {
  for (const one of [run, ...(await listJoined(run))]) ports.tellRun(one, progress);
}

/** Stores a step and shows it. @throws RunEnded */
export async function changeRun(deps: RunDeps, runId: string, change: Partial<Run>): Promise<Run> {
  const run = await updateRun(runId, (current) => (isEnded(current) ? undefined : { ...current, ...change }));
  if (!run) throw new RunEnded();
  await tellRun(deps, run);
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
    if (run) await tellRun(deps, run, progress);
  }
}

export async function endRun(deps: RunDeps, runId: string, end: Partial<Run>): Promise<void> {
  const run = await updateRun(runId, (current) => (isEnded(current) ? undefined : { ...current, ...end }));
  // Already applied, by another event or request.
  if (!run) return;
  deps.live.progress.delete(runId);
  if (run.isAutomatic) await settleRun(run);
  for (const one of [run, ...(await listJoined(run))]) {
    deps.ports.tellRun(one);
    if (isEnded(one)) await deps.onEnd(one);
  }
  if (run.isLead && run.taskId === undefined) await handOn(deps, run);
}

/** Whatever is not about this one picture would meet the next one, too: nothing more is sent without a press. */
async function settleRun({ id, state, problem, taskId, cost = 0, charged = 0 }: Run): Promise<void> {
  if (problem && !/^(content|image|invalid|not|page|too|unsupported)-/.test(problem.code))
    await setStopped(true, problem);
  // The server may have its task without us knowing: the price stays held.
  if (taskId === undefined && (state === 'cancelled' || problem?.code === 'unreachable')) return;
  await settleCredits(id, state === 'succeeded' ? cost : charged);
}

/** Without a task to share, the others with the same wish go on without it. */
async function handOn(deps: RunDeps, { wish }: Run): Promise<void> {
  const heir = (await listRuns()).find((run) => run.wish === wish && !run.joined && !isEnded(run));
  if (!heir) return;
  await tellRun(deps, heir);
  deps.advance(heir.id);
}
