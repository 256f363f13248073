import { browser } from 'wxt/browser';
import type { PageRequest } from '../messaging/protocol.ts';
import { LocalProblem, presentProblem } from '../runs/problem.ts';
import { isLocal, type Run } from '../runs/run.ts';
import { findRun, updateRun } from '../runs/runStore.ts';
import { img2imgWork, upscaleBy } from '../runs/work.ts';
import { advanceRun } from './advance/advanceRun.ts';
import { answerPrice, cancelRun, rescaleRun, retryRun } from './advance/controlRun.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { claimDaily } from './claimDaily.ts';
import { markDelivered, notifyEnd, sendPart } from './deliverRun.ts';
import { notifyNotStarted } from './start/notifyNotStarted.ts';
import { startAgain } from './start/startAgain.ts';
import { startOnChosen } from './start/startOnPage.ts';
import {
  openAgainWith,
  openAsset,
  openBatch,
  openCancel,
  openCompose,
  openInConsole,
  saveAsset,
} from './windows.ts';

/**
 * Requests of one frame's script. It may act on the runs of its own frame only: a page that took over the script
 * would gain nothing on other pages, and could start only what the person started there.
 */
export async function takePageRequest(
  deps: RunDeps,
  request: PageRequest,
  frame: { tabId: number; frameId: number },
): Promise<void> {
  if (request.kind === 'awake') return;
  if (request.kind === 'choose') return await startOnChosen(deps, frame, request).catch(notifyNotStarted);
  const runIds = 'runIds' in request ? request.runIds : [request.runId];
  for (const runId of runIds) {
    const run = await findRun(runId);
    const isOwn = run?.place?.tabId === frame.tabId && run.place.frameId === frame.frameId;
    try {
      if (run && isOwn) await takeForRun(deps, request, run);
      else if (request.kind === 'readResult')
        deps.ports.tellFrame(frame, { kind: 'resultFailed', runId, reason: 'unreachable' });
      else if (!isReport(request)) throw new LocalProblem('run-forgotten');
    } catch (error) {
      await notifyNotStarted(error);
    }
  }
}

type RunRequest = Exclude<PageRequest, { kind: 'awake' | 'choose' }>;

/** Reports the page's state and requests nothing. */
const isReport = ({ kind }: RunRequest): boolean => ['attach', 'gone', 'placed', 'taken'].includes(kind);

async function takeForRun(deps: RunDeps, request: RunRequest, run: Run): Promise<void> {
  switch (request.kind) {
    case 'attach':
      return await attach(deps, run);
    case 'placed': {
      const { elementId } = request;
      await updateRun(run.id, (one) => one.place && { ...one, place: { ...one.place, elementId } });
      return await attach(deps, (await findRun(run.id)) ?? run);
    }
    case 'readResult':
      return await sendPart(deps, run, request.fromByte);
    case 'taken':
      return void (await markDelivered(run.id));
    case 'cancel':
      return await (request.isSeen || isLocal(run) ? cancelRun(deps, run) : openCancel(run.id));
    case 'retry':
      if (request.isSeen) return await retryRun(deps, run.id);
      return void (await Promise.all([retryRun(deps, run.id, { isAsked: true }), openCompose(run.id)]));
    case 'rescale':
      return await rescaleRun(deps, run, request.scale);
    case 'confirm':
      if (request.isSeen) return await answerPrice(deps, run, true);
      return run.batchId ? await openBatch(run.batchId) : await openCompose(run.id);
    case 'decline':
      return await answerPrice(deps, run, false);
    case 'signIn':
    case 'openOptions':
      return await browser.runtime.openOptionsPage();
    case 'claimDaily':
      return await claimFor(deps, run, request.isSeen);
    case 'img2imgAgain': {
      const next = await startAgain(deps, run.id, request.source, img2imgWork);
      if (next) await openCompose(next.id);
      return;
    }
    case 'upscaleAgain': {
      const work = { ...upscaleBy(request.scale), isAsked: !request.isSeen };
      const next = await startAgain(deps, run.id, request.source, work);
      if (next?.isAsked) await openCompose(next.id);
      return;
    }
    case 'againWith':
      if (run.taskId) await openAgainWith(run.taskId, run.id);
      return;
    case 'openGrid':
      return await openBatch(run.batchId ?? '');
    case 'openResult':
      if (run.outputAssetId) await openAsset(run.outputAssetId);
      return;
    case 'openCanvas':
      if (run.outputAssetId) await openInConsole('canvas', run.outputAssetId);
      return;
    case 'saveResult':
      if (run.outputAssetId) await saveAsset(run.outputAssetId, run);
      return;
    case 'gone':
      // The picture left the page; its result is reported another way.
      await updateRun(run.id, (one) => one.place && { ...one, place: { ...one.place, isGone: true } });
      if (run.state === 'succeeded' && !run.isDelivered) await notifyEnd(run);
  }
}

/** Claims the daily credits for a run that lacked some, and tries again. */
async function claimFor(deps: RunDeps, run: Run, isSeen: boolean): Promise<void> {
  try {
    await claimDaily(deps);
    await retryRun(deps, run.id, { isAsked: !isSeen });
    if (!isSeen) await openCompose(run.id);
  } catch (error) {
    deps.ports.tellRun({ ...run, problem: presentProblem(error) });
  }
}

/** A frame that connected, perhaps again: it gets the current state, and runs that waited for it go on. */
async function attach(deps: RunDeps, run: Run): Promise<void> {
  if (run.place?.isGone) {
    const { isGone: _, ...place } = run.place;
    await updateRun(run.id, (one) => ({ ...one, place }));
  }
  deps.ports.tellRun(run, deps.live.progress.get(run.joined ?? run.id));
  if (run.place && run.batchId) deps.ports.tellFrame(run.place, { kind: 'batch', batchId: run.batchId });
  if (isLocal(run) && run.state !== 'quoted') await advanceRun(deps, run.id);
}
