import { watchWork } from '../sandbox/watchWork.ts';
import { createWorkLane } from '../workLanes.ts';
import { openImage } from './imageLibrary.ts';

/** A picture of 16 megapixels is no longer a preview, nor is a file of 16 MB. */
const mostPixels = 16_777_216;
const mostBytes = 16_777_216;
/**
 * The first that fits is used: ComfyUI's previews have 512 pixels and quality 95. The last one fits even for pure
 * noise.
 */
const sizes = [
  { side: 512, quality: 75 },
  { side: 512, quality: 50 },
  { side: 256, quality: 50 },
] as const;

/** For all tasks of the process; previews without a place are skipped, since the next ones come soon. */
const lane = createWorkLane({ atOnce: 2, room: Number.POSITIVE_INFINITY, waiting: 64 });

/**
 * The preview as a JPEG of at most `limitBytes`, made off the event loop. Rejects for an unknown format or too large
 * a picture, and with `LaneFull`.
 */
export async function fitPreview(bytes: Buffer, limitBytes: number): Promise<Buffer> {
  if (bytes.length > mostBytes) throw new Error(`a preview of ${bytes.length} bytes is not opened`);
  const shrink = async () => {
    for (const { side, quality } of sizes) {
      const fitted = await openImage(bytes, { mostPixels })
        .resize(side, side, { fit: 'inside', withoutEnlargement: true })
        .flatten()
        .jpeg({ quality })
        .toBuffer();
      if (fitted.length <= limitBytes) return fitted;
    }
    throw new Error(`a preview does not fit into ${limitBytes} bytes`);
  };
  return lane.run(bytes.length, () => watchWork(shrink));
}
