import { presentProblem } from '../../runs/problem.ts';
import type { Run } from '../../runs/run.ts';
import { findLead, updateRun } from '../../runs/runStore.ts';
import { upscaleBy } from '../../runs/work.ts';
import { requireClient } from '../../session/requireClient.ts';
import { advanceRun } from './advanceRun.ts';
import { applyTask, endRun, tellRun } from './changeRun.ts';
import type { RunDeps } from './liveRuns.ts';

/** Ends the run here at once and cancels the server's task, for all who joined it; the share not computed is refunded. */
export async function cancelRun(deps: RunDeps, run: Run): Promise<void> {
  if (run.taskId === undefined) return await endRun(deps, run.id, { state: 'cancelled' });
  try {
    const client = await requireClient();
    const lead = await findLead(run);
    await applyTask(deps, lead.id, await client.cancelTask({ params: { id: run.taskId } }));
  } catch (error) {
    // The task just finished: its end event is on the way. Any other failure is shown, and the run goes on.
    const problem = presentProblem(error);
    if (problem.code !== 'task-finished')
      deps.ports.tellRun({ ...run, problem }, deps.live.progress.get(run.id));
  }
}

/** The same picture and values once more, as a new task, at once or after a yes. The upload is used again. */
export async function retryRun(deps: RunDeps, runId: string, { isAsked = false } = {}): Promise<void> {
  const run = await updateRun(runId, (current) => {
    if (current.state !== 'failed' && current.state !== 'cancelled') return undefined;
    const { problem, taskId: _taskId, isDelivered: _delivered, charged: _charged, ...rest } = current;
    // Now there is a press.
    const { joined: _joined, isAutomatic: _automatic, ...kept } = rest;
    // The server may have accepted the lost request: under the same key it is not accepted twice.
    const isLost = problem?.code === 'unreachable' && current.taskId === undefined;
    const taskKey = isLost ? current.taskKey : crypto.randomUUID();
    return { ...kept, state: 'reading', taskKey, isAsked: isAsked || kept.isAsked };
  });
  if (!run) return;
  await tellRun(deps, run);
  await advanceRun(deps, run.id);
}

/** Answers whether the run may cost its quoted price. */
export async function answerPrice(deps: RunDeps, run: Run, isYes: boolean): Promise<void> {
  if (!isYes) return await endRun(deps, run.id, { state: 'cancelled' });
  const lead = await findLead(run);
  await updateRun(lead.id, (current) =>
    current.state === 'quoted' ? { ...current, isAsked: false, agreedCost: current.cost } : undefined,
  );
  await advanceRun(deps, lead.id);
}

/** Sets another factor for a run of a waiting batch: the picture may have to be sent smaller for it. */
export async function rescaleRun(deps: RunDeps, run: Run, scale: 2 | 4): Promise<void> {
  const reset = await updateRun(run.id, (current) => {
    if (current.state !== 'quoted' || !current.batchId || !current.isAsked) return undefined;
    const { inputAssetId: _input, cost: _cost, ...kept } = current;
    return { ...kept, state: 'reading', params: upscaleBy(scale).params };
  });
  if (!reset) return;
  deps.ports.tellRun(reset);
  await advanceRun(deps, reset.id);
}
