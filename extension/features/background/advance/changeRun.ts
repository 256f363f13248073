import type { FollowedTask } from '@star-graph/client/applyEvent';
import { endOfTask } from '../../runs/endOfTask.ts';
import { isEnded, type Run, type RunProgress } from '../../runs/run.ts';
import { findRun, listJoined, listRuns, updateRun } from '../../runs/runStore.ts';
import { setStopped, settleCredits } from '../../session/budget.ts';
import type { RunDeps } from './liveRuns.ts';

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

/** Applies the state of a task, as the server told it or its events make it. */
export async function applyTask(deps: RunDeps, runId: string, task: FollowedTask): Promise<void> {
  const end = endOfTask(task);
  if (end) return await endRun(deps, runId, end);
  deps.live.progress.set(runId, task.progress);
  const state = task.status === 'running' ? 'running' : 'waiting';
  const changed = await updateRun(runId, (current) =>
    isEnded(current) || current.state === state ? undefined : { ...current, state },
  );
  const run = changed ?? (await findRun(runId));
  if (run && !isEnded(run)) await tellRun(deps, run, task.progress);
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
  if (problem && !/^(content|failed|image|invalid|not|page|result|too|unsupported)-/.test(problem.code))
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
