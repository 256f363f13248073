import type { PageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture } from '../../messaging/protocol.ts';
import type { Run } from '../../runs/run.ts';
import type { Work } from '../../runs/work.ts';
import { tabOf } from '../tabs.ts';

/** Longer addresses contain the picture itself and do not belong in the run store. */
const longestSrcUrl = 4_096;

export async function describeRun(
  frame: PageFrame,
  picture: FoundPicture,
  { work, batchId }: { work: Work; batchId?: string },
): Promise<Run> {
  // A cross-site frame does not know the page around it; without permission for that page neither do we.
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
