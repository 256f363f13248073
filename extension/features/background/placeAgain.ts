import { createPageFrame, enterPage, type PageFrame } from '../messaging/pageFrame.ts';
import type { FoundPicture } from '../messaging/protocol.ts';
import { LocalProblem } from '../runs/problem.ts';
import type { PicturePlace, Run } from '../runs/run.ts';
import { updateRun } from '../runs/runStore.ts';

export async function enterAllFrames(tabId: number): Promise<PageFrame[]> {
  try {
    return await enterPage(tabId);
  } catch {
    return [];
  }
}

export async function placeAgain(run: Run, frames: readonly PageFrame[]): Promise<boolean> {
  if (!run.place?.srcUrl) return false;
  const by = run.inputKind ?? 'address';
  const search = { by, srcUrl: run.place.srcUrl } as const;
  for (const frame of frames) {
    try {
      const [picture] = await frame.ask({ kind: 'find', search });
      if (picture && (await showRun(run, frame, picture))) return true;
    } catch (error) {
      // The page is gone or does not respond: the person is notified another way.
      if (!(error instanceof LocalProblem)) throw error;
    }
  }
  return false;
}

async function showRun(run: Run, { tabId, frameId }: PageFrame, picture: FoundPicture): Promise<boolean> {
  if (!run.place) return false;
  const { pageUrl, srcUrl } = run.place;
  const place: PicturePlace = { tabId, frameId, elementId: picture.elementId, pageUrl, srcUrl };
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
