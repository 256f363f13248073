import { browser } from 'wxt/browser';
import { translate } from '../../ui/translate.ts';
import type { FoundPicture, PageNews } from '../page/protocol.ts';
import { LocalProblem } from '../problem.ts';
import { isEnded, isLocal, type Place, type Run } from '../runs/run.ts';
import { listRuns, updateRun } from '../runs/runStore.ts';
import { findClient } from '../session/session.ts';
import { sessionItem } from '../storedItems.ts';
import { createPageFrame, enterPage, type PageFrame } from './pageFrame.ts';
import { findResult, pageMaxBytes, partBytes, readPart } from './resultParts.ts';
import { advanceRun, endRun, type RunnerDeps } from './runner.ts';
import { tabOf } from './tabs.ts';

/** Brings what a run ended with to its picture, else says so by a notification. A failed one is shown by its state. */
export async function deliverRun(deps: RunnerDeps, run: Run): Promise<void> {
  if (run.state === 'cancelled' || run.isDelivered) return;
  // A page that is told of a result asks for it, part by part, and says when it has come.
  const isShown = run.place && !run.place.isGone && deps.hub.tellFrame(run.place, { kind: 'run', run });
  if (isShown && run.state === 'failed') await markDelivered(run.id);
  else if (!isShown && (run.state === 'failed' || !(await bringBack(run)))) await notifyEnd(run);
}

/** Hands one part of the result to the frame that shows the run. */
export async function sendPart(deps: RunnerDeps, run: Run, fromByte: number): Promise<void> {
  if (run.place) deps.hub.tellFrame(run.place, await readNews(deps, run, fromByte));
}

async function readNews({ results }: RunnerDeps, run: Run, fromByte: number): Promise<PageNews> {
  try {
    const client = await findClient();
    if (!client || !run.outputAssetId) throw new Error('nothing to download');
    const file = results.get(run.id) ?? (await findResult(client, run.outputAssetId));
    if (file.bytes > pageMaxBytes) return { kind: 'resultFailed', runId: run.id, reason: 'tooLarge' };
    results.set(run.id, file);
    const part = await readPart(file, fromByte);
    if (fromByte + partBytes >= file.bytes) results.delete(run.id);
    return { kind: 'resultPart', runId: run.id, part };
  } catch (error) {
    console.warn('a part of the result was not read:', error);
    // Its address may have come to its end; the next try asks for another.
    results.delete(run.id);
    return { kind: 'resultFailed', runId: run.id, reason: 'unreachable' };
  }
}

export const markDelivered = (runId: string) => updateRun(runId, (run) => ({ ...run, isDelivered: true }));

export async function notifyEnd(run: Run): Promise<void> {
  const isFirst = await updateRun(run.id, (one) =>
    one.isDelivered ? undefined : { ...one, isDelivered: true },
  );
  if (!isFirst) return;
  await browser.notifications.create(run.id, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('/icon/128.png'),
    title: translate(run.state === 'failed' ? 'notifyFailedTitle' : 'notifyDoneTitle'),
    message: translate(run.state === 'failed' ? 'notifyFailedText' : 'notifyDoneText', run.fileName),
  });
}

/** After a reload, or in a browser that was started anew, the picture may stand there again; our script does not. */
async function bringBack(run: Run): Promise<boolean> {
  for (const tabId of await listTabsOf(run))
    if (await placeAgain(run, await enterAllFrames(tabId))) return true;
  return false;
}

/** Tabs that show the run's page: its own one, or any where that one is gone. Without a right to the site none is known. */
async function listTabsOf({ place }: Run): Promise<number[]> {
  if (!place) return [];
  const own = await tabOf(place.tabId);
  const tabs = own ? [own] : await browser.tabs.query({});
  return tabs.flatMap(({ id, url }) => (id !== undefined && url === place.pageUrl ? [id] : []));
}

/** For a page that finished loading: every run of its address that has not come to its end before the person's eyes. */
export async function returnToPage(deps: RunnerDeps, tabId: number, url: string): Promise<void> {
  // Where our script still is, the page was not left: an address may change without that.
  const runs = (await listRuns()).filter(({ place }) => place && !deps.hub.hasFrame(place));
  for (const run of runs) await returnRun(deps, run, { tabId, url });
}

async function returnRun(
  deps: RunnerDeps,
  run: Run,
  { tabId, url }: { tabId: number; url: string },
): Promise<void> {
  if (!run.place || run.isDelivered || run.state === 'cancelled') return;
  const isOwnTab = run.place.tabId === tabId;
  if (!isOwnTab && (run.place.pageUrl !== url || (await tabOf(run.place.tabId)))) return;
  const isBack = run.place.pageUrl === url && (await placeAgain(run, await enterAllFrames(tabId)));
  if (isEnded(run) && !isBack) await notifyEnd(run);
  if (!isLocal(run) || deps.active.has(run.id)) return;
  if (isBack || isReady(run)) await advanceRun(deps, run.id);
  else await endAsClosed(deps, run);
}

/** Its picture is uploaded and its person has said yes: it needs no page any more. */
const isReady = (run: Run): boolean => run.inputAssetId !== undefined && !run.isAsked;

const endAsClosed = (deps: RunnerDeps, run: Run): Promise<void> =>
  endRun(deps, run.id, { state: 'failed', problem: { code: 'page-closed' } });

/**
 * What stood in a tab that was closed. What is under way at this moment says so itself, or needs the page no more; of a
 * result that was still on its way into the page the person is told.
 */
export async function endRunsOfTab(deps: RunnerDeps, tabId: number): Promise<void> {
  for (const run of await listRuns()) {
    if (run.place?.tabId !== tabId) continue;
    if (run.state === 'succeeded') await notifyEnd(run);
    else if (isLocal(run) && !deps.active.has(run.id) && !isReady(run)) await endAsClosed(deps, run);
  }
}

/** No tab has this number. */
const goneTabId = -1;

/** After a restart of the browser other tabs have the old numbers, and the windows of forms are gone. */
export async function forgetOldTabs(deps: RunnerDeps): Promise<void> {
  const session = (await sessionItem.getValue()) ?? { beganAtMs: Date.now(), hasForgotten: false };
  if (session.hasForgotten) return;
  await sessionItem.setValue(session);
  for (const run of await listRuns()) {
    if (run.createdAtMs >= session.beganAtMs) continue;
    await updateRun(run.id, (one) => one.place && { ...one, place: { ...one.place, tabId: goneTabId } });
    if (run.state === 'quoted') await endAsClosed(deps, run);
  }
  await sessionItem.setValue({ ...session, hasForgotten: true });
}

/**
 * Looks for the runs that have no tab since the browser started, or whose page a worker left in mid-way. A starting
 * browser may show its pages again before a worker listens, or end the worker that heard of them.
 */
export async function returnToOpenPages(deps: RunnerDeps): Promise<void> {
  const isLost = ({ place }: Run) => place?.tabId === goneTabId || place?.isUnconfirmed === true;
  const listLost = async () => (await listRuns()).filter((run) => isLost(run) && !run.isDelivered);
  if ((await listLost()).length === 0) return;
  for (const { id, url = '', status } of await browser.tabs.query({})) {
    if (id === undefined || status !== 'complete') continue;
    // Anew for each tab: another one may just have got it.
    for (const run of await listLost()) await returnRun(deps, run, { tabId: id, url });
  }
}

/**
 * For a worker that begins: what its predecessor left in mid-way. A page that is still there brings its runs forward
 * itself; what was ready to be sent is sent, under the key that makes it one task; of what ended the person is told.
 */
export async function takeOver(deps: RunnerDeps): Promise<void> {
  for (const run of await listRuns()) {
    if (isEnded(run)) await deliverRun(deps, run);
    if (!isLocal(run) || deps.active.has(run.id)) continue;
    if (isReady(run)) await advanceRun(deps, run.id);
    // A form in a window of its own waits on.
    else if (!run.place && run.state === 'quoted') continue;
    else if (!run.place || !(await tabOf(run.place.tabId))) await endAsClosed(deps, run);
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
  const search = { by: 'address', srcUrl: run.place.srcUrl } as const;
  for (const frame of frames) {
    try {
      const [picture] = await frame.ask({ kind: 'find', search });
      if (picture && (await showRun(run, frame, picture))) return true;
    } catch (error) {
      // It went, or stands still: the person is told another way.
      if (!(error instanceof LocalProblem)) throw error;
    }
  }
  return false;
}

async function showRun(run: Run, { tabId, frameId }: PageFrame, picture: FoundPicture): Promise<boolean> {
  if (!run.place) return false;
  const { pageUrl, srcUrl } = run.place;
  const place: Place = { tabId, frameId, elementId: picture.elementId, pageUrl, srcUrl };
  const moved = await updateRun(run.id, (current) => ({
    ...current,
    place: { ...place, isUnconfirmed: true },
  }));
  if (!moved) return false;
  const isShown = await createPageFrame(tabId, frameId).ask({
    kind: 'show',
    elementId: picture.elementId,
    run: moved,
  });
  if (isShown) await updateRun(run.id, confirmPlace);
  return isShown;
}

function confirmPlace(run: Run): Run | undefined {
  if (!run.place?.isUnconfirmed) return undefined;
  const { isUnconfirmed: _, ...place } = run.place;
  return { ...run, place };
}
