import type { ResultSource } from '../../messaging/protocol.ts';
import { isEnded, originalOf, type Run } from '../../runs/run.ts';
import { addRunUnless, findRun } from '../../runs/runStore.ts';
import type { Work } from '../../runs/work.ts';
import { advanceRun } from '../advance/advanceRun.ts';
import type { RunDeps } from '../advance/liveRuns.ts';

/** Starts another run from a result or from its source, on the same picture where there is one. */
export async function startAgain(
  deps: RunDeps,
  runId: string,
  source: ResultSource,
  work: Work,
): Promise<Run | undefined> {
  const parent = await findRun(runId);
  if (!parent) return undefined;
  const inputAssetId = source === 'result' ? parent.outputAssetId : originalOf(parent);
  if (!inputAssetId) return undefined;
  const { place, sourceUrl, fileName, isExposable } = parent;
  const run: Run = {
    id: crypto.randomUUID(),
    taskKey: crypto.randomUUID(),
    state: 'submitting',
    ...work,
    notes: [],
    ...(place ? { place } : {}),
    ...(sourceUrl ? { sourceUrl } : {}),
    fileName,
    isExposable,
    inputAssetId,
    originalAssetId: originalOf(parent),
    ...(work.isAsked ? {} : { wish: JSON.stringify([inputAssetId, work.workflow, work.params]) }),
    ...(source === 'result' ? { parentId: parent.taskId } : {}),
    createdAtMs: Date.now(),
  };
  const isOther = (one: Run) =>
    !isEnded(one) && place !== undefined && one.place?.elementId === place.elementId;
  const other = await addRunUnless(run, isOther);
  if (other) return other;
  deps.ports.tellRun(run);
  void advanceRun(deps, run.id);
  return run;
}
