import { applyEvent } from '@star-graph/client/applyEvent';
import type { QuoteView } from '@star-graph/contract/tasks/generate';
import { findShortage } from '@star-graph/contract/tasks/shortage';
import { createPageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture } from '../../messaging/protocol.ts';
import { LocalProblem, presentProblem, tooFewCredits } from '../../runs/problem.ts';
import { hasInput, inputOf, isEnded, type Run } from '../../runs/run.ts';
import { findRun, joinOpen, removeRuns } from '../../runs/runStore.ts';
import { workOf } from '../../runs/work.ts';
import { holdCredits, settleCredits } from '../../session/budget.ts';
import { requireClient } from '../../session/requireClient.ts';
import { readSettings } from '../../session/settings.ts';
import type { Client } from '../../session/usedOperations.ts';
import type { AcquiredPicture } from '../acquire/acquiredPicture.ts';
import { acquirePicture } from '../acquire/acquirePicture.ts';
import { acquirePlayed } from '../acquire/acquirePlayed.ts';
import { tabOf } from '../tabs.ts';
import { openInConsole } from '../windows.ts';
import { applyTask, changeRun, endRun, RunEnded, tellRun } from './changeRun.ts';
import type { RunDeps } from './liveRuns.ts';

/** Advances a run from its current step to its task, or to the question whether to create one. */
export async function advanceRun(
  deps: RunDeps,
  runId: string,
  permission: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  if (deps.live.active.has(runId)) return;
  deps.live.active.add(runId);
  try {
    const run = await findRun(runId);
    if (!run || isEnded(run) || run.taskId !== undefined || run.joined) return;
    const client = await requireClient();
    const read = hasInput(run) ? { run } : await readPictureOf(deps, run, permission);
    const joined = await joinOpen(run.id);
    if (joined) return await tellRun(deps, joined, deps.live.progress.get(joined.joined ?? ''));
    const uploaded = await uploadPicture(deps, client, read);
    if (uploaded.opensIn) await handOver(deps, uploaded);
    else if (uploaded.isAsked) await quoteRun(deps, client, uploaded);
    else if (await isAgreed(deps, client, uploaded)) await submitRun(deps, client, uploaded);
  } catch (error) {
    if (!(error instanceof RunEnded)) await failRun(deps, runId, error);
  } finally {
    deps.live.active.delete(runId);
    deps.live.chosenPictures.delete(runId);
    if (deps.live.active.size === 0) deps.live.earlyEnds.clear();
  }
}

async function readPictureOf(deps: RunDeps, run: Run, permission: Promise<unknown>): Promise<ReadRun> {
  await changeRun(deps, run.id, { state: 'reading' });
  await permission;
  const { file, notes, isExposable } = await readPicture(deps, run);
  const wish = run.isAsked || run.opensIn ? undefined : await nameWish(run, file);
  const reading = { state: 'uploading', notes, isExposable, wish } as const;
  return { run: await changeRun(deps, run.id, reading), file };
}

/** Two tabs may show one picture by different addresses, or different pictures by one: its bytes tell. */
async function nameWish({ workflow, params }: Run, file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return JSON.stringify([new Uint8Array(digest).toBase64(), workflow, params]);
}

async function uploadPicture(deps: RunDeps, client: Client, { run, file }: ReadRun): Promise<Run> {
  if (!file) return run;
  const asset = await client.uploadAsset(file, { filename: run.fileName });
  return await changeRun(deps, run.id, { inputAssetId: asset.id });
}

/** A run and the bytes of its picture, unless they are at the server already. */
interface ReadRun {
  run: Run;
  file?: Blob;
}

/** The picture that the person chose, even if the page has changed it since. */
async function readPicture(deps: RunDeps, run: Run): Promise<AcquiredPicture> {
  if (!run.place) throw new LocalProblem('page-closed');
  const { tabId, frameId, elementId, srcUrl } = run.place;
  const frame = createPageFrame(tabId, frameId);
  const { inputKind } = run;
  const search = { by: 'element', elementId, ...(inputKind ? { inputKind } : {}) } as const;
  const [shown] = await frame.ask({ kind: 'find', search });
  const picture = deps.live.chosenPictures.get(run.id) ?? shown;
  if (!picture) throw new LocalProblem('image-not-found');
  if (inputKind) return await acquirePlayed(picture, frame, inputKind);
  const isChosen = srcUrl === '' || picture.urls.includes(srcUrl);
  return await acquirePicture({
    picture: isChosen ? preferShown(picture, run) : { ...picture, urls: [srcUrl] },
    isShown: isChosen && shown?.shownUrl === picture.shownUrl,
    frame,
    work: workOf(run),
    svgLongestSidePx: (await readSettings()).svgLongestSidePx,
  });
}

/** Repainting works on what the person saw; only enlarging gains from the largest candidate. */
const preferShown = (picture: FoundPicture, run: Run): FoundPicture =>
  run.workflow === 'upscale' || picture.shownUrl === ''
    ? picture
    : { ...picture, urls: [picture.shownUrl, ...picture.urls.filter((url) => url !== picture.shownUrl)] };

const bodyOf = (run: Run): Record<string, unknown> => ({
  ...run.params,
  ...inputOf(run),
  meta: {
    ...(run.sourceUrl && run.sourceUrl.length <= 2_000 ? { sourceUrl: run.sourceUrl } : {}),
    ...(run.parentId ? { parentId: run.parentId } : {}),
  },
});

/** The console goes on with the picture: here nothing is left to wait for. */
async function handOver(deps: RunDeps, { id, opensIn, inputAssetId }: Run): Promise<void> {
  if (opensIn && inputAssetId) await openInConsole(opensIn, inputAssetId);
  await endRun(deps, id, { state: 'succeeded', isDelivered: true });
}

/** A form's run waits for its values; others for a yes to their price. */
async function quoteRun(deps: RunDeps, client: Client, run: Run): Promise<void> {
  const isPriced = run.batchId !== undefined || run.available !== undefined;
  if (isPriced) await askPrice(deps, run, await client.quote<string>(run.workflow, bodyOf(run)));
  else await changeRun(deps, run.id, { state: 'quoted', cost: undefined });
}

/** Nobody is asked for a yes to what they cannot pay. Of a batch, fewer pictures may do. */
async function askPrice(deps: RunDeps, { id, batchId }: Run, quote: QuoteView): Promise<void> {
  const { cost, available, sharedCredits } = quote;
  const price = { cost, available, sharedCredits };
  const shortage = batchId === undefined ? findShortage([quote]) : undefined;
  if (!shortage) await changeRun(deps, id, { state: 'quoted', isAsked: true, ...price });
  else
    await endRun(deps, id, { state: 'failed', problem: tooFewCredits(shortage), isAsked: false, ...price });
}

/**
 * Whether the price is low, or at most what the person agreed to. Otherwise the person is asked, or told what is
 * missing.
 */
async function isAgreed(deps: RunDeps, client: Client, run: Run): Promise<boolean> {
  await changeRun(deps, run.id, { state: 'submitting' });
  const { askAboveCredits } = await readSettings();
  const quote = await client.quote<string>(run.workflow, bodyOf(run));
  if (run.isAutomatic) return await isInBudget(deps, run, quote.cost);
  if (quote.cost <= Math.max(askAboveCredits, run.agreedCost ?? 0)) return true;
  await askPrice(deps, run, quote);
  return false;
}

/** A run that nobody pressed for begins in the tab in front alone. One that may not be sent was never there. */
async function isInBudget(deps: RunDeps, { id, place }: Run, cost: number): Promise<boolean> {
  const tab = place && (await tabOf(place.tabId));
  if (await holdCredits(id, cost, tab?.active === true)) return true;
  await endRun(deps, id, { state: 'cancelled' });
  await removeRuns((run) => run.id === id);
  return false;
}

export async function submitRun(deps: RunDeps, client: Client, run: Run): Promise<void> {
  await changeRun(deps, run.id, { state: 'submitting', isAsked: false });
  deps.follow();
  const task = await client.generate<string>(run.workflow, bodyOf(run), { idempotencyKey: run.taskKey });
  try {
    await changeRun(deps, run.id, { state: 'waiting', taskId: task.id, cost: task.cost });
  } catch (error) {
    // Cancelled while the server accepted: the server must be told too.
    if (error instanceof RunEnded) {
      const { charged } = await client.cancelTask({ params: { id: task.id } });
      if (run.isAutomatic) await settleCredits(run.id, charged ?? 0);
    }
    throw error;
  }
  const end = deps.live.earlyEnds.get(task.id);
  await applyTask(deps, run.id, end ? applyEvent(task, end) : task);
}

async function failRun(deps: RunDeps, runId: string, error: unknown): Promise<void> {
  await endRun(deps, runId, { state: 'failed', problem: presentProblem(error) });
}
