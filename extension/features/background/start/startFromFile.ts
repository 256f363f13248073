import type { EncodedFile } from '../../messaging/encodedFile.ts';
import { LocalProblem, presentProblem } from '../../runs/problem.ts';
import type { Run } from '../../runs/run.ts';
import { addRun } from '../../runs/runStore.ts';
import { type Work, workOf } from '../../runs/work.ts';
import { findClient } from '../../session/session.ts';
import { prepareFile } from '../acquire/prepareFile.ts';
import { advanceRun } from '../advance/advanceRun.ts';
import { changeRun, endRun } from '../advance/changeRun.ts';
import type { RunDeps } from '../advance/liveRuns.ts';

/** For a dropped or pasted file: it is on no page, so its result comes by a notification. */
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
    fileName: fileName || (work.inputKind ?? 'picture'),
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
    const picture = await prepareFile(encoded, run.inputKind ?? 'image', workOf(run));
    const asset = await client.uploadAsset(picture.file, { filename: run.fileName });
    await changeRun(deps, run.id, { inputAssetId: asset.id, notes: picture.notes });
  } catch (error) {
    return await endRun(deps, run.id, { state: 'failed', problem: presentProblem(error) });
  } finally {
    deps.live.active.delete(run.id);
  }
  await advanceRun(deps, run.id);
}
