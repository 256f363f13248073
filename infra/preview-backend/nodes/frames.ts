import { loadPicture, type Picture } from '../pictures/picture.ts';
import { createPictureSink } from '../pictures/pictureSink.ts';
import type { NodeContext } from './node.ts';

/** Frames beyond this go to scratch files one by one, so that memory does not grow with the length of a film. */
const heldBytes = 256 * 1024 * 1024;
/** As many as keep two cores busy; more only hold more memory. */
const atOnce = 4;

/** Makes one frame for each source, several at a time and in order, interruptible between any two. */
export async function mapFrames<T>(
  context: NodeContext,
  sources: readonly T[],
  make: (source: T, index: number) => Promise<Picture>,
): Promise<Picture[]> {
  const frames: Picture[] = [];
  let held = 0;
  for (let from = 0; from < sources.length; from += atOnce) {
    context.throwIfInterrupted();
    const group = sources.slice(from, from + atOnce);
    for (const frame of await Promise.all(group.map((source, index) => make(source, from + index)))) {
      held += frame.width * frame.height * frame.channels;
      frames.push(held > heldBytes ? await toScratch(context, frame) : frame);
    }
  }
  return frames;
}

/** Keeps frames as they come. */
export async function holdFrames(context: NodeContext, source: AsyncIterable<Picture>): Promise<Picture[]> {
  const frames: Picture[] = [];
  let held = 0;
  for await (const frame of source) {
    held += frame.width * frame.height * frame.channels;
    frames.push(held > heldBytes ? await toScratch(context, frame) : frame);
  }
  return frames;
}

async function toScratch({ folders }: NodeContext, frame: Picture): Promise<Picture> {
  if (!Buffer.isBuffer(frame.pixels) || frame.channels !== 3) return frame;
  const sink = await createPictureSink(folders.scratch, frame, 'file');
  await sink.write((await loadPicture(frame)).pixels, 0);
  return sink.finish();
}
