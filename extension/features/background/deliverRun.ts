import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';
import type { PageNews } from '../messaging/protocol.ts';
import { isNothingToShow } from '../runs/problem.ts';
import type { Run } from '../runs/run.ts';
import { updateRun } from '../runs/runStore.ts';
import { translateProblem } from '../runs/translateProblem.ts';
import { findClient } from '../session/session.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { enterAllFrames, placeAgain } from './placeAgain.ts';
import { findResult, pageMaxBytes, partBytes, readPart } from './resultParts.ts';
import { tabOf } from './tabs.ts';

/** Delivers the end of a run to its picture, or else by a notification. A failed run shows its state. */
export async function deliverRun(deps: RunDeps, run: Run): Promise<void> {
  if (run.state === 'cancelled' || run.isDelivered) return;
  // A page that learns of a result requests it part by part and confirms when it is complete.
  const isShown = run.place && !run.place.isGone && deps.ports.tellFrame(run.place, { kind: 'run', run });
  if (isShown && run.state === 'failed') await markDelivered(run.id);
  else if (!isShown && (run.state === 'failed' || !(await bringBack(run)))) await notifyEnd(run);
}

/** Hands one part of the result to the frame that shows the run. */
export async function sendPart(deps: RunDeps, run: Run, fromByte: number): Promise<void> {
  if (run.place) deps.ports.tellFrame(run.place, await readNews(deps, run, fromByte));
}

async function readNews({ live }: RunDeps, run: Run, fromByte: number): Promise<PageNews> {
  try {
    const client = await findClient();
    if (!client || !run.outputAssetId) throw new Error('nothing to download');
    const file = live.resultFiles.get(run.id) ?? (await findResult(client, run.outputAssetId));
    if (file.bytes > pageMaxBytes) return { kind: 'resultFailed', runId: run.id, reason: 'tooLarge' };
    live.resultFiles.set(run.id, file);
    const part = await readPart(file, fromByte);
    if (fromByte + partBytes >= file.bytes) live.resultFiles.delete(run.id);
    return { kind: 'resultPart', runId: run.id, part };
  } catch (error) {
    console.warn('a part of the result was not read:', error);
    // The signed address may have expired; the next try requests another.
    live.resultFiles.delete(run.id);
    return { kind: 'resultFailed', runId: run.id, reason: 'unreachable' };
  }
}

export const markDelivered = (runId: string) => updateRun(runId, (run) => ({ ...run, isDelivered: true }));

export async function notifyEnd(run: Run): Promise<void> {
  const isFirst = await updateRun(run.id, (one) =>
    one.isDelivered ? undefined : { ...one, isDelivered: true },
  );
  // Nobody waits for what nobody pressed for.
  if (!isFirst || run.isAutomatic) return;
  await browser.notifications.create(run.id, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('/icon/128.png'),
    ...describeEnd(run),
  });
}

function describeEnd({ state, problem, fileName }: Run): { title: string; message: string } {
  if (problem && isNothingToShow(problem))
    return { title: translate('stateNothing'), message: translateProblem(problem) };
  if (state === 'failed')
    return { title: translate('notifyFailedTitle'), message: translate('notifyFailedText', fileName) };
  return { title: translate('notifyDoneTitle'), message: translate('notifyDoneText', fileName) };
}

/** After a reload or a browser restart the picture may be there again, but our script is not. */
async function bringBack(run: Run): Promise<boolean> {
  for (const tabId of await listTabsOf(run))
    if (await placeAgain(run, await enterAllFrames(tabId))) return true;
  return false;
}

/**
 * Tabs that show the run's page: its own, or any other if that is gone. Without permission for the site none is
 * known.
 */
async function listTabsOf({ place }: Run): Promise<number[]> {
  if (!place) return [];
  const own = await tabOf(place.tabId);
  const tabs = own ? [own] : await browser.tabs.query({});
  return tabs.flatMap(({ id, url }) => (id !== undefined && url === place.pageUrl ? [id] : []));
}
