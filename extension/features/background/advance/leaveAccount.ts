import { isEnded, isLocal } from '../../runs/run.ts';
import { listRuns, removeRuns, updateRun } from '../../runs/runStore.ts';
import { setStopped } from '../../session/budget.ts';
import { automaticRulesItem } from '../../session/settings.ts';
import { endRun } from './changeRun.ts';
import type { RunDeps } from './liveRuns.ts';

/**
 * The account changed or was signed out. Unsent runs end, since the next person would pay for them. Tasks go on
 * without us, and their pictures say so. No stored run names a task or an upload of the old account: a new try starts
 * from the picture.
 */
export async function leaveAccount(deps: RunDeps): Promise<void> {
  // The next person has chosen none of these sites.
  if (Object.keys(await automaticRulesItem.getValue()).length > 0) await setStopped(true);
  // Those that joined another come first: none of them is to go on in its place.
  const runs = (await listRuns()).sort((left, right) => Number(!left.joined) - Number(!right.joined));
  for (const run of runs) {
    if (isLocal(run)) await endRun(deps, run.id, { state: 'cancelled' });
    const left = await updateRun(run.id, (current) => {
      const { taskId: _task, inputAssetId: _input, originalAssetId: _original, ...rest } = current;
      const { outputAssetId: _output, ...kept } = rest;
      if (isEnded(current)) return kept;
      // Its picture says so; there is nothing else to report.
      return { ...kept, state: 'failed', problem: { code: 'account-left' }, isDelivered: true };
    });
    if (left?.problem?.code === 'account-left') deps.ports.tellRun(left);
    deps.live.progress.delete(run.id);
  }
  // The new account can get neither the result nor another one made of it.
  await removeRuns((run) => run.state === 'succeeded');
}
