import { openImage } from './imageLibrary.ts';
import { createWorkLane } from './workLanes.ts';

/** A picture of 16 megapixels is no preview any more, and a file of 16 MB has never been one. */
const mostPixels = 16_777_216;
const mostBytes = 16_777_216;
/** The first that fits: ComfyUI's previews have 512 pixels and quality 95. The last one fits even where all is noise. */
const sizes = [
  { side: 512, quality: 75 },
  { side: 512, quality: 50 },
  { side: 256, quality: 50 },
] as const;

/** Of all tasks of the process; those that find no place are passed over, since the next ones come soon. */
const lane = createWorkLane({ atOnce: 2, room: Number.POSITIVE_INFINITY, waiting: 64 });

/**
 * The preview as a JPEG of at most `limitBytes`, made off the event loop. Rejects where it is no picture that this
 * platform reads, too large to be one, or `LaneFull`.
 */
export async function fitPreview(bytes: Buffer, limitBytes: number): Promise<Buffer> {
  if (bytes.length > mostBytes) throw new Error(`a preview of ${bytes.length} bytes is not opened`);
  return lane.run(bytes.length, async () => {
    for (const { side, quality } of sizes) {
      const fitted = await openImage(bytes, { mostPixels })
        .resize(side, side, { fit: 'inside', withoutEnlargement: true })
        .flatten()
        .jpeg({ quality })
        .toBuffer();
      if (fitted.length <= limitBytes) return fitted;
    }
    throw new Error(`a preview does not fit into ${limitBytes} bytes`);
  });
}
