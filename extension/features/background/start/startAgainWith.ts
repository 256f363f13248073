import { LocalProblem } from '../../runs/problem.ts';
import { isEnded, originalOf, type Run } from '../../runs/run.ts';
import { addRunUnless, findRun } from '../../runs/runStore.ts';
import { requireClient } from '../../session/requireClient.ts';
import type { RunDeps } from '../advance/liveRuns.ts';

/**
 * A run with the nearest values for another workflow, which waits at its form. Nothing is sent before a yes: a run that
 * a dying worker leaves behind costs nothing.
 * @param runId of the run whose picture gets the result; undefined: none
 * @throws LocalProblem `image-busy`
 */
export async function startAgainWith(
  deps: RunDeps,
  taskId: string,
  workflow: string,
  runId: string | undefined,
): Promise<Run> {
  const client = await requireClient();
  const task = await client.getTask({ params: { id: taskId } });
  const { params, notes } = await client.translateTask({ params: { id: taskId }, query: { workflow } });
  const parent = runId ? await findRun(runId) : undefined;
  const { sourceUrl } = task.meta;
  const run: Run = {
    id: crypto.randomUUID(),
    taskKey: crypto.randomUUID(),
    state: 'quoted',
    workflow,
    params,
    isAsked: true,
    notes: [],
    translation: { from: task.workflow.name, notes },
    ...(parent ? placeOf(parent) : { fileName: 'picture' }),
    ...(sourceUrl ? { sourceUrl } : {}),
    ...inputAmong(params),
    parentId: task.id,
    createdAtMs: Date.now(),
  };
  const isOther = (one: Run) =>
    !isEnded(one) && run.place !== undefined && one.place?.elementId === run.place.elementId;
  if (await addRunUnless(run, isOther)) throw new LocalProblem('image-busy');
  deps.ports.tellRun(run);
  return run;
}

const inputAmong = ({ image, video }: Record<string, unknown>): Pick<Run, 'inputAssetId' | 'inputKind'> => {
  if (typeof video === 'string') return { inputAssetId: video, inputKind: 'video' };
  return typeof image === 'string' ? { inputAssetId: image } : {};
};

const placeOf = (parent: Run): Pick<Run, 'place' | 'fileName' | 'isExposable' | 'originalAssetId'> => ({
  ...(parent.place ? { place: parent.place } : {}),
  fileName: parent.fileName,
  isExposable: parent.isExposable,
  originalAssetId: originalOf(parent),
});
