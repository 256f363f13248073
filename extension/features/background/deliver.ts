import { browser } from 'wxt/browser';
import { translate } from '../../ui/translate.ts';
import { encodeFile } from '../bytes.ts';
import type { EncodedFile, FoundPicture } from '../page/protocol.ts';
import { isLocal, type Place, type Run } from '../runs/run.ts';
import { findRun, listRuns, updateRun } from '../runs/runStore.ts';
import { findClient } from '../session/session.ts';
import { createPageFrame, enterPage, type PageFrame } from './pageFrame.ts';
import { advanceRun, endRun, type RunnerDeps } from './runner.ts';
import { tabOf } from './tabs.ts';

const downloadTimeoutMs = 120_000;

/** Brings what a run ended with to its picture, else says so by a notification. A failed one is shown by its state. */
export async function deliverRun(deps: RunnerDeps, run: Run): Promise<void> {
  if (run.state === 'cancelled' || run.isDelivered) return;
  if (run.state === 'failed') {
    if (!run.place || !deps.hub.tellFrame(run.place, { kind: 'run', run })) await notifyEnd(run);
    else await markDelivered(run.id);
    return;
  }
  const isShown = run.place !== undefined && deps.hub.tellFrame(run.place, { kind: 'run', run });
  if (isShown) await sendResult(deps, run);
  else if (!(await bringBack(run))) await notifyEnd(run);
}

/** Downloads the result and hands it to the frame that shows the run. */
export async function sendResult(deps: RunnerDeps, run: Run): Promise<void> {
  if (!run.place) return;
  try {
    const file = await downloadResult(run);
    const isTaken = deps.hub.tellFrame(run.place, {
      kind: 'result',
      runId: run.id,
      file,
      isPublic: run.isExposable ?? false,
    });
    if (isTaken) await markDelivered(run.id);
    else await notifyEnd(run);
  } catch (error) {
    console.warn('the result was not downloaded:', error);
    deps.hub.tellFrame(run.place, { kind: 'resultFailed', runId: run.id });
  }
}

async function downloadResult(run: Run): Promise<EncodedFile> {
  const client = await findClient();
  if (!client || !run.outputAssetId) throw new Error('nothing to download');
  const asset = await client.getAsset({ params: { id: run.outputAssetId } });
  const response = await fetch(asset.url, {
    signal: AbortSignal.timeout(downloadTimeoutMs),
    credentials: 'omit',
  });
  if (!response.ok) throw new Error(`the file answered ${response.status}`);
  return { ...(await encodeFile(await response.blob())), mime: asset.mime };
}

const markDelivered = (runId: string) => updateRun(runId, (run) => ({ ...run, isDelivered: true }));

export async function notifyEnd(run: Run): Promise<void> {
  if ((await findRun(run.id))?.isDelivered) return;
  await markDelivered(run.id);
  await browser.notifications.create(run.id, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('/icon/128.png'),
    title: translate(run.state === 'failed' ? 'notifyFailedTitle' : 'notifyDoneTitle'),
    message: translate(run.state === 'failed' ? 'notifyFailedText' : 'notifyDoneText', run.fileName),
  });
}

/** After a reload the picture may stand there again; our script does not. */
async function bringBack(run: Run): Promise<boolean> {
  if (!run.place) return false;
  const tab = await tabOf(run.place.tabId);
  // Undefined without a permission for the site: then nothing can be brought into it either.
  if (tab?.url !== run.place.pageUrl) return false;
  return await placeAgain(run, await enterAllFrames(run.place.tabId));
}

/** For a page that finished loading: every run of its address that has not come to its end before the person's eyes. */
export async function returnToPage(deps: RunnerDeps, tabId: number, url: string): Promise<void> {
  const runs = (await listRuns()).filter(
    (run) => run.place?.tabId === tabId && !run.isDelivered && run.state !== 'cancelled',
  );
  if (runs.length === 0) return;
  const frames = await enterAllFrames(tabId);
  for (const run of runs) {
    const isBack = run.place?.pageUrl === url && (await placeAgain(run, frames));
    if (isBack && isLocal(run)) await advanceRun(deps, run.id);
    else if (!isBack && isLocal(run) && !deps.active.has(run.id))
      await endRun(deps, run.id, { state: 'failed', problem: { code: 'page-closed' } });
  }
}

/** Runs that were in this worker's predecessor's hands and whose tab has gone meanwhile. */
export async function endOrphans(deps: RunnerDeps): Promise<void> {
  for (const run of await listRuns()) {
    if (!isLocal(run) || deps.active.has(run.id)) continue;
    if (run.place && (await tabOf(run.place.tabId))) continue;
    await endRun(deps, run.id, { state: 'failed', problem: { code: 'page-closed' } });
  }
}

async function enterAllFrames(tabId: number): Promise<PageFrame[]> {
  try {
    return await enterPage(tabId);
  } catch {
    return [];
  }
}

async function placeAgain(run: Run, frames: readonly PageFrame[]): Promise<boolean> {
  if (!run.place?.srcUrl) return false;
  for (const frame of frames) {
    const [picture] = await frame.ask({ kind: 'find', search: { by: 'address', srcUrl: run.place.srcUrl } });
    if (picture && (await showRun(run, frame, picture))) return true;
  }
  return false;
}

async function showRun(run: Run, { tabId, frameId }: PageFrame, picture: FoundPicture): Promise<boolean> {
  const place: Place = {
    tabId,
    frameId,
    elementId: picture.elementId,
    pageUrl: picture.pageUrl,
    srcUrl: run.place?.srcUrl ?? '',
  };
  const moved = await updateRun(run.id, (current) => ({ ...current, place }));
  if (!moved) return false;
  return await createPageFrame(tabId, frameId).ask({
    kind: 'show',
    elementId: picture.elementId,
    run: moved,
  });
}
