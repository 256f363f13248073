import { createPageFrame, enterPage, type PageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture, Search } from '../../messaging/protocol.ts';
import { LocalProblem } from '../../runs/problem.ts';
import { isEnded, type Run } from '../../runs/run.ts';
import { addRunUnless } from '../../runs/runStore.ts';
import { forgetPress, keepPress, listPresses, offersItem, type Press } from '../../runs/storedRuns.ts';
import { askUnless, type Work, workOf } from '../../runs/work.ts';
import { advanceRun } from '../advance/advanceRun.ts';
import type { RunDeps } from '../advance/liveRuns.ts';
import { openCompose } from '../windows.ts';
import { describeRun } from './describeRun.ts';
import { notifyNotStarted } from './notifyNotStarted.ts';
import { startBatch } from './startBatch.ts';

/**
 * Starts a run on what the search finds in the frame (in the frame that the pointer is in, when none is named). If it
 * finds none, the person is asked to choose. Without work, a batch of what the search finds is started.
 */
export async function startOnPage(
  deps: RunDeps,
  at: { tabId: number; frameId?: number; search?: Search },
  work: Work | undefined,
  permission: Promise<unknown>,
): Promise<void> {
  const press: Press = { id: crypto.randomUUID(), at, work };
  deps.live.presses.add(press.id);
  const kept = keepPress(press);
  await startPress(deps, press, permission);
  await kept;
  await forgetPress(press);
}

/** For a new worker: starts what was pressed under one that died at once. */
export async function resumePresses(deps: RunDeps): Promise<void> {
  for (const press of await listPresses()) {
    if (deps.live.presses.has(press.id)) continue;
    deps.live.presses.add(press.id);
    await startPress(deps, press, Promise.resolve());
    await forgetPress(press);
  }
}

async function startPress(deps: RunDeps, press: Press, permission: Promise<unknown>): Promise<void> {
  const { id, at, work } = press;
  try {
    if (!work) return await startBatch(deps, id, at, permission);
    const frames = await enterPage(at.tabId, at.frameId);
    for (const frame of at.search ? frames : []) {
      const [picture] = await frame.ask({ kind: 'find', search: at.search as Search });
      if (picture) return await startOnPicture(deps, frame, picture, work, permission, id);
    }
    // The choice is among pictures.
    if (work.inputKind)
      throw new LocalProblem(work.inputKind === 'video' ? 'video-not-found' : 'sound-unreadable');
    await offerPictures(at.tabId, frames, work);
  } catch (error) {
    await notifyNotStarted(error);
  }
}

/** @throws LocalProblem `image-not-found` when there is none to choose from */
async function offerPictures(tabId: number, frames: readonly PageFrame[], work: Work): Promise<void> {
  // Set before the first picture is offered: it may be chosen at once.
  await offersItem.setValue({ ...(await offersItem.getValue()), [tabId]: work });
  const counts = await Promise.all(frames.map(offerIn));
  if (counts.every((count) => count === 0)) throw new LocalProblem('image-not-found');
}

async function offerIn(frame: PageFrame): Promise<number> {
  const pictures = await frame.ask({ kind: 'find', search: { by: 'sight' } });
  const elementIds = pictures.map(({ elementId }) => elementId);
  if (elementIds.length > 0) await frame.ask({ kind: 'offer', elementIds });
  return elementIds.length;
}

/**
 * Starts the tab's pending work on the picture chosen in the frame; without one the work is dropped. Where the page
 * may have covered the choice, it waits for a confirmation in a window of ours.
 */
export async function startOnChosen(
  deps: RunDeps,
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

/** @throws LocalProblem `image-busy` */
export async function startOnPicture(
  deps: RunDeps,
  frame: PageFrame,
  picture: FoundPicture,
  work: Work,
  permission: Promise<unknown>,
  id: string = crypto.randomUUID(),
): Promise<void> {
  const run = { ...(await describeRun(frame, picture, { work })), id };
  const isOther = (one: Run) =>
    one.id === id || (!isEnded(one) && one.place?.elementId === picture.elementId);
  const other = await addRunUnless(run, isOther);
  if (other) await meetOther(deps, frame, picture, other, run);
  else {
    deps.live.chosenPictures.set(run.id, picture);
    await frame.ask({ kind: 'show', elementId: picture.elementId, run });
    deps.ports.tellPanels({ kind: 'run', run });
    void advanceRun(deps, run.id, permission);
  }
  if (work.isAsked) await openCompose((other ?? run).id);
}

/** Two clicks on one picture are one request, and a picture has one open run. @throws LocalProblem `image-busy` */
async function meetOther(
  deps: RunDeps,
  frame: PageFrame,
  { elementId }: FoundPicture,
  other: Run,
  run: Run,
): Promise<void> {
  await frame.ask({ kind: 'show', elementId, run: other });
  const isSameWish =
    other.workflow === run.workflow && JSON.stringify(workOf(other)) === JSON.stringify(workOf(run));
  if (!isSameWish) throw new LocalProblem('image-busy');
  deps.ports.tellRun(other, deps.live.progress.get(other.id));
}
