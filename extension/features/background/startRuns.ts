import { browser } from 'wxt/browser';
import { translate, translateProblem } from '../../ui/translate.ts';
import { preparePicture } from '../acquire/acquirePicture.ts';
import { decodeFile } from '../bytes.ts';
import type { EncodedFile, FoundPicture, ResultSource, Search } from '../page/protocol.ts';
import { LocalProblem, presentProblem } from '../problem.ts';
import { isEnded, originalOf, type Run, type Work } from '../runs/run.ts';
import { addRun, addRunUnless, findRun, listRuns, updateRun } from '../runs/runStore.ts';
import { findClient } from '../session/session.ts';
import { offersItem, readSettings } from '../storedItems.ts';
import { createPageFrame, enterPage, type PageFrame } from './pageFrame.ts';
import { advanceRun, changeRun, endRun, type RunnerDeps, workOf } from './runner.ts';
import { tabOf } from './tabs.ts';
import { openCompose } from './windows.ts';

export const upscaleBy = (scale: 2 | 4): Work => ({ workflow: 'upscale', params: { scale }, isAsked: false });
export const img2imgWork: Work = { workflow: 'img2img', params: {}, isAsked: true };
/** What the page may have covered waits for a yes in a window of ours. */
export const askUnless = (isSeen: boolean, work: Work): Work => (isSeen ? work : { ...work, isAsked: true });

/**
 * Starts a run on what the search finds in the frame (in the frame that the pointer is in, when none is named). Where
 * it does not find one, the person is asked to choose.
 */
export async function startOnPage(
  deps: RunnerDeps,
  at: { tabId: number; frameId?: number; search?: Search },
  work: Work,
  permission: Promise<unknown>,
): Promise<void> {
  try {
    const frames = await enterPage(at.tabId, at.frameId);
    for (const frame of at.search ? frames : []) {
      const [picture] = await frame.ask({ kind: 'find', search: at.search as Search });
      if (picture) return await startOnPicture(deps, frame, picture, work, permission);
    }
    await offerPictures(at.tabId, frames, work);
  } catch (error) {
    await notifyNotStarted(error);
  }
}

/** @throws LocalProblem `image-not-found` when there is none to choose from */
async function offerPictures(tabId: number, frames: readonly PageFrame[], work: Work): Promise<void> {
  // Before the first is on offer: it may be chosen at once.
  await offersItem.setValue({ ...(await offersItem.getValue()), [tabId]: work });
  const counts = await Promise.all(frames.map((frame) => frame.ask({ kind: 'offer' })));
  if (counts.every((count) => count === 0)) throw new LocalProblem('image-not-found');
}

/**
 * Starts what was asked for in the tab, on the picture that was chosen in the frame; without one it is called off. Where
 * the page may have covered the choice, it waits for a yes in a window of ours.
 */
export async function startOnChosen(
  deps: RunnerDeps,
  place: { tabId: number; frameId: number },
  { elementId, isSeen }: { elementId?: string; isSeen: boolean },
): Promise<void> {
  const { [place.tabId]: work, ...others } = await offersItem.getValue();
  // Chosen in another frame a moment before.
  if (!work) return;
  await offersItem.setValue(others);
  const frames = await enterPage(place.tabId);
  await Promise.all(frames.map((frame) => frame.ask({ kind: 'withdraw' })));
  if (elementId === undefined) return;
  const frame = createPageFrame(place.tabId, place.frameId);
  const [picture] = await frame.ask({ kind: 'find', search: { by: 'element', elementId } });
  if (!picture) throw new LocalProblem('image-not-found');
  await startOnPicture(deps, frame, picture, askUnless(isSeen, work), Promise.resolve());
}

async function startOnPicture(
  deps: RunnerDeps,
  frame: PageFrame,
  picture: FoundPicture,
  work: Work,
  permission: Promise<unknown>,
): Promise<void> {
  const run = await describeRun(frame, picture, { work });
  const other = await addRunUnless(run, (one) => !isEnded(one) && one.place?.elementId === picture.elementId);
  if (other) await meetOther(deps, frame, picture, other, run);
  else {
    deps.found.set(run.id, picture);
    await frame.ask({ kind: 'show', elementId: picture.elementId, run });
    deps.hub.tellPanels({ kind: 'run', run });
    void advanceRun(deps, run.id, permission);
  }
  if (work.isAsked) await openCompose((other ?? run).id);
}

/** The same picture clicked twice is one wish, and one picture carries one open run. @throws LocalProblem `image-busy` */
async function meetOther(
  deps: RunnerDeps,
  frame: PageFrame,
  { elementId }: FoundPicture,
  other: Run,
  run: Run,
): Promise<void> {
  await frame.ask({ kind: 'show', elementId, run: other });
  const isSameWish =
    other.workflow === run.workflow && JSON.stringify(workOf(other)) === JSON.stringify(workOf(run));
  if (!isSameWish) throw new LocalProblem('image-busy');
  deps.hub.tellRun(other, deps.progress.get(other.id));
}

/** Longer ones hold the picture itself; a store of runs is no place for that. */
const longestSrcUrl = 4_096;

async function describeRun(
  frame: PageFrame,
  picture: FoundPicture,
  { work, batchId }: { work: Work; batchId?: string },
): Promise<Run> {
  // A frame of another site does not know the page around it; without a right to that page we do not either.
  const pageUrl = (await tabOf(frame.tabId))?.url ?? picture.pageUrl;
  return {
    id: crypto.randomUUID(),
    taskKey: crypto.randomUUID(),
    state: 'reading',
    ...work,
    notes: [],
    place: {
      tabId: frame.tabId,
      frameId: frame.frameId,
      elementId: picture.elementId,
      pageUrl,
      srcUrl: picture.shownUrl.length <= longestSrcUrl ? picture.shownUrl : '',
    },
    ...(/^https?:/.test(pageUrl) ? { sourceUrl: pageUrl } : {}),
    fileName: picture.fileName,
    ...(batchId ? { batchId } : {}),
    createdAtMs: Date.now(),
  };
}

/** All pictures that look like the one clicked: each is read and priced, none is asked for before the yes. */
export async function startBatch(
  deps: RunnerDeps,
  at: { tabId: number; frameId?: number; search: Search },
  permission: Promise<unknown>,
): Promise<void> {
  try {
    const [frame] = await enterPage(at.tabId, at.frameId);
    if (!frame) throw new LocalProblem('page-refused');
    const [model] = await frame.ask({ kind: 'find', search: at.search });
    if (!model) throw new LocalProblem('image-not-found');
    const search: Search = { by: 'likeness', elementId: model.elementId };
    const pictures = await frame.ask({ kind: 'find', search });
    const batchId = crypto.randomUUID();
    const work = { ...upscaleBy((await readSettings()).scale), isAsked: true };
    const runIds: string[] = [];
    try {
      for (const picture of pictures.slice(0, batchLimit)) {
        const run = await describeRun(frame, picture, { work, batchId });
        runIds.push(run.id);
        // Held, or the frame's word that it shows the run would start it: before the sites are allowed.
        deps.active.add(run.id);
        await addRun(run);
        await frame.ask({ kind: 'show', elementId: picture.elementId, run });
      }
    } finally {
      for (const runId of runIds) deps.active.delete(runId);
    }
    deps.hub.tellFrame(frame, { kind: 'batch', batchId });
    await advanceBatch(deps, batchId, permission);
  } catch (error) {
    await notifyNotStarted(error);
  }
}

/** As many as a person may have open; more are refused by the server one by one. */
const batchLimit = 100;
const batchConcurrency = 3;

export async function advanceBatch(
  deps: RunnerDeps,
  batchId: string,
  permission: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  const waiting = (await listRuns()).filter((run) => run.batchId === batchId && run.state === 'reading');
  const advanceNext = async (): Promise<void> => {
    for (let run = waiting.shift(); run; run = waiting.shift()) await advanceRun(deps, run.id, permission);
  };
  await Promise.all(Array.from({ length: batchConcurrency }, advanceNext));
}

/** Another factor for one of a batch that waits for its answer: a picture may have to be sent smaller for it. */
export async function rescaleRun(deps: RunnerDeps, run: Run, scale: 2 | 4): Promise<void> {
  const reset = await updateRun(run.id, (current) => {
    if (current.state !== 'quoted' || !current.batchId || !current.isAsked) return undefined;
    const { inputAssetId: _input, cost: _cost, ...kept } = current;
    return { ...kept, state: 'reading', params: upscaleBy(scale).params };
  });
  if (!reset) return;
  deps.hub.tellRun(reset);
  await advanceRun(deps, reset.id);
}

/** For a picture that was dropped or pasted: it stands on no page, so its result comes by a notification. */
export async function startFromFile(
  deps: RunnerDeps,
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
  deps.hub.tellPanels({ kind: 'run', run });
  deps.active.add(run.id);
  void uploadFile(deps, run, file);
  return run;
}

async function uploadFile(deps: RunnerDeps, run: Run, encoded: EncodedFile): Promise<void> {
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
    deps.active.delete(run.id);
  }
  await advanceRun(deps, run.id);
}

/** One more run, from a result or from what that was made of, on the same picture where there is one. */
export async function startAgain(
  deps: RunnerDeps,
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
    ...(source === 'result' ? { parentId: parent.taskId } : {}),
    createdAtMs: Date.now(),
  };
  const isOther = (one: Run) =>
    !isEnded(one) && place !== undefined && one.place?.elementId === place.elementId;
  const other = await addRunUnless(run, isOther);
  if (other) return other;
  deps.hub.tellRun(run);
  void advanceRun(deps, run.id);
  return run;
}

/** One at a time: a page that asks for nonsense again and again fills no screen. */
const notStartedId = 'star-graph-not-started';

export async function notifyNotStarted(error: unknown): Promise<void> {
  await browser.notifications.create(notStartedId, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('/icon/128.png'),
    title: translate('notifyNotStartedTitle'),
    message: translateProblem(presentProblem(error)),
  });
}
