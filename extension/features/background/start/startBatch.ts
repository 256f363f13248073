import { enterPage, type PageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture, Search } from '../../messaging/protocol.ts';
import { LocalProblem } from '../../runs/problem.ts';
import { addRun, listRuns } from '../../runs/runStore.ts';
import type { Press } from '../../runs/storedRuns.ts';
import { upscaleBy } from '../../runs/work.ts';
import { readSettings } from '../../session/settings.ts';
import { advanceRun } from '../advance/advanceRun.ts';
import type { RunDeps } from '../advance/liveRuns.ts';
import { describeRun } from './describeRun.ts';

/**
 * Starts runs for all pictures of the page, or for those that look like the one clicked: each is read and priced, and
 * none is submitted before the person agrees.
 * @throws LocalProblem
 */
export async function startBatch(
  deps: RunDeps,
  batchId: string,
  at: Press['at'],
  permission: Promise<unknown>,
): Promise<void> {
  // An earlier worker began it, and its frame goes on with it.
  if ((await listRuns()).some((run) => run.batchId === batchId)) return;
  const [frame] = await enterPage(at.tabId, at.frameId);
  if (!frame) throw new LocalProblem('page-refused');
  const pictures = at.search ? await findAll(frame, at.search) : [];
  if (pictures.length === 0) throw new LocalProblem('image-not-found');
  const work = { ...upscaleBy((await readSettings()).scale), isAsked: true };
  const runIds: string[] = [];
  try {
    for (const picture of pictures.slice(0, batchLimit)) {
      const run = await describeRun(frame, picture, { work, batchId });
      runIds.push(run.id);
      // Held: otherwise the frame's report that it shows the run would start it before the sites are allowed.
      deps.live.active.add(run.id);
      await addRun(run);
      await frame.ask({ kind: 'show', elementId: picture.elementId, run });
    }
  } finally {
    for (const runId of runIds) deps.live.active.delete(runId);
  }
  deps.ports.tellFrame(frame, { kind: 'batch', batchId });
  await advanceBatch(deps, batchId, permission);
}

/** The pictures of the page, or those that look like the one that the search means. */
async function findAll(frame: PageFrame, search: Search): Promise<FoundPicture[]> {
  const found = await frame.ask({ kind: 'find', search });
  const [model] = found;
  if (search.by === 'size' || !model) return found;
  return await frame.ask({ kind: 'find', search: { by: 'likeness', elementId: model.elementId } });
}

/** The most tasks that a person may have open; the server refuses each further one. */
const batchLimit = 100;

const batchConcurrency = 3;

async function advanceBatch(
  deps: RunDeps,
  batchId: string,
  permission: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  const waiting = (await listRuns()).filter((run) => run.batchId === batchId && run.state === 'reading');
  const advanceNext = async (): Promise<void> => {
    for (let run = waiting.shift(); run; run = waiting.shift()) await advanceRun(deps, run.id, permission);
  };
  await Promise.all(Array.from({ length: batchConcurrency }, advanceNext));
}
