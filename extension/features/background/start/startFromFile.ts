import { decodeFile, type EncodedFile } from '../../messaging/encodedFile.ts';
import { LocalProblem, presentProblem } from '../../problems/problem.ts';
import type { Run } from '../../runs/run.ts';
import { addRun } from '../../runs/runStore.ts';
import { type Work, workOf } from '../../runs/work.ts';
import { findClient } from '../../session/session.ts';
import { readSettings } from '../../settings/settings.ts';
import { preparePicture } from '../acquire/acquirePicture.ts';
import { advanceRun } from '../advance/advanceRun.ts';
import { changeRun, endRun } from '../advance/changeRun.ts';
import type { RunDeps } from '../advance/liveRuns.ts';

/** For a dropped or pasted picture: it is on no page, so its result comes by a notification. */
export async function startFromFile(
  deps: RunDeps,
  file: EncodedFile,
  fileName: string,
  work: Work,
): Promise<Run> {
  const run: Run = {
    id: crypto.randomUUID(),
    taskKey: crypto.randomUUID(),
    state: 'uploading',
    ...work,
    notes: [],
    fileName: fileName || 'picture',
    createdAtMs: Date.now(),
  };
  await addRun(run);
  deps.ports.tellPanels({ kind: 'run', run });
  deps.live.active.add(run.id);
  void uploadFile(deps, run, file);
  return run;
}

async function uploadFile(deps: RunDeps, run: Run, encoded: EncodedFile): Promise<void> {
  try {
    const client = await findClient();
    if (!client) throw new LocalProblem('signed-out');
    const { svgLongestSidePx } = await readSettings();
    const raw = { file: decodeFile(encoded), notes: [], isExposable: false };
    const picture = await preparePicture({ work: workOf(run), svgLongestSidePx }, raw);
    const asset = await client.uploadAsset(picture.file, { filename: run.fileName });
    await changeRun(deps, run.id, { inputAssetId: asset.id, notes: picture.notes });
  } catch (error) {
    return await endRun(deps, run.id, { state: 'failed', problem: presentProblem(error) });
  } finally {
    deps.live.active.delete(run.id);
  }
  await advanceRun(deps, run.id);
}
