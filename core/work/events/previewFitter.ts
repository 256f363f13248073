import type { Logger } from 'pino';
import { fitPreview } from '../../media/pictures.ts';
import { LaneFull } from '../../media/workLanes.ts';
import type { Progress } from './event.ts';
import { droppedPreviews } from './metrics.ts';

type Preview = NonNullable<Progress['preview']>;

/** Makes the large previews of one attempt smaller, one at a time; the latest waiting one is next. */
export interface PreviewFitter {
  fit(preview: Preview): void;
}

/** @param show what became of a preview; called later. One that cannot be made smaller is counted and logged. */
export function createPreviewFitter(
  deps: { log: Pick<Logger, 'warn' | 'debug'> },
  { taskId, limitBytes }: { taskId: string; limitBytes: number },
  show: (preview: Preview) => void,
): PreviewFitter {
  let waiting: Preview | undefined;
  let isWorking = false;
  let hasDropped = false;

  const drop = (err: unknown, { mime, base64 }: Preview): void => {
    droppedPreviews.inc({ reason: err instanceof LaneFull ? 'busy' : 'unreadable' });
    // One line for each task: the next previews of that server will hardly be better.
    const level = hasDropped ? 'debug' : 'warn';
    hasDropped = true;
    const facts = { err, taskId, mime, bytes: Math.floor(base64.length * 0.75) };
    deps.log[level](facts, 'a preview was dropped: it could not be made smaller');
  };

  const work = async (): Promise<void> => {
    isWorking = true;
    for (let preview = waiting; preview; preview = waiting) {
      waiting = undefined;
      try {
        const fitted = await fitPreview(Buffer.from(preview.base64, 'base64'), limitBytes);
        show({ ...preview, mime: 'image/jpeg', base64: fitted.toString('base64') });
      } catch (error) {
        drop(error, preview);
      }
    }
    isWorking = false;
  };

  return {
    fit(preview) {
      waiting = preview;
      if (!isWorking) void work();
    },
  };
}
