import { browser } from 'wxt/browser';
import { hasInput, isEnded, isLocal, type Run } from '../runs/run.ts';
import { listRuns, updateRun } from '../runs/runStore.ts';
import { sessionItem } from '../runs/storedRuns.ts';
import { advanceRun } from './advance/advanceRun.ts';
import { endRun } from './advance/changeRun.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { deliverRun, notifyEnd } from './deliverRun.ts';
import { enterAllFrames, placeAgain } from './placeAgain.ts';
import { tabOf } from './tabs.ts';

/** For a page that finished loading: every run of its address that the person has not seen end. */
export async function returnToPage(deps: RunDeps, tabId: number, url: string): Promise<void> {
  // Where our script still runs, the page was not left: an address may change without that.
  const runs = (await listRuns()).filter(({ place }) => place && !deps.ports.hasFrame(place));
  for (const run of runs) await returnRun(deps, run, { tabId, url });
}

async function returnRun(
  deps: RunDeps,
  run: Run,
  { tabId, url }: { tabId: number; url: string },
): Promise<void> {
  if (!run.place || run.isDelivered || run.state === 'cancelled') return;
  const isOwnTab = run.place.tabId === tabId;
  if (!isOwnTab && (run.place.pageUrl !== url || (await tabOf(run.place.tabId)))) return;
  const isBack = run.place.pageUrl === url && (await placeAgain(run, await enterAllFrames(tabId)));
  if (isEnded(run) && !isBack) await notifyEnd(run);
  if (!isLocal(run) || deps.live.active.has(run.id)) return;
  if (isBack || isReady(run)) await advanceRun(deps, run.id);
  else await endAsClosed(deps, run);
}

/** Its picture is at the server and the person has agreed: it no longer needs the page. */
const isReady = (run: Run): boolean => hasInput(run) && !run.isAsked;

const endAsClosed = (deps: RunDeps, run: Run): Promise<void> =>
  endRun(deps, run.id, { state: 'failed', problem: { code: 'page-closed' } });

/**
 * Runs of a closed tab. Runs in progress report it themselves or no longer need the page; the person is notified of a
 * result that was still being delivered.
 */
export async function endRunsOfTab(deps: RunDeps, tabId: number): Promise<void> {
  for (const run of await listRuns()) {
    if (run.place?.tabId !== tabId) continue;
    if (run.state === 'succeeded') await notifyEnd(run);
    else if (isLocal(run) && !deps.live.active.has(run.id) && !isReady(run)) await endAsClosed(deps, run);
  }
}

/** No tab has this number. */
const goneTabId = -1;

/** After a restart of the browser other tabs have the old numbers, and the windows of forms are gone. */
export async function forgetOldTabs(deps: RunDeps): Promise<void> {
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
 * Handles runs that have no tab since the browser started, or that a dead worker left unfinished. A starting browser
 * may show its pages before a worker listens, or end the worker that heard of them.
 */
export async function returnToOpenPages(deps: RunDeps): Promise<void> {
  const isLost = ({ place }: Run) => place?.tabId === goneTabId || place?.isUnconfirmed === true;
  const listLost = async () => (await listRuns()).filter((run) => isLost(run) && !run.isDelivered);
  if ((await listLost()).length === 0) return;
  for (const { id, url = '', status } of await browser.tabs.query({})) {
    if (id === undefined || status !== 'complete') continue;
    // Read again for each tab: another one may just have taken it.
    for (const run of await listLost()) await returnRun(deps, run, { tabId: id, url });
  }
}

/**
 * For a new worker: handles runs that the last one left unfinished. A page that is still open advances its runs
 * itself. Runs that are ready are sent, under the key that makes each one task. The person is notified of ended runs.
 */
export async function takeOver(deps: RunDeps): Promise<void> {
  for (const run of await listRuns()) {
    if (isEnded(run)) await deliverRun(deps, run);
    if (!isLocal(run) || deps.live.active.has(run.id)) continue;
    if (isReady(run)) await advanceRun(deps, run.id);
    // A form in a window of its own waits on.
    else if (!run.place && run.state === 'quoted') continue;
    else if (!run.place || !(await tabOf(run.place.tabId))) await endAsClosed(deps, run);
  }
}
