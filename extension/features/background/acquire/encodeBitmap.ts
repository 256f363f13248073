import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { LocalProblem } from '../../runs/problem.ts';

const webpMaxSidePx = 16_383;
/** Used where PNG is too large for the server: the loss is hardly visible. */
const lossyQuality = 0.95;

/** Draws the bitmap at the size and frees it. Lossless where the server accepts that many bytes. */
export async function encodeBitmap(
  bitmap: ImageBitmap,
  size: { width: number; height: number },
): Promise<Blob> {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  if (!context) throw new LocalProblem('image-unreadable');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  const png = await canvas.convertToBlob({ type: 'image/png' });
  if (png.size <= uploadMaxBytes) return png;
  const isWebpSized = Math.max(size.width, size.height) <= webpMaxSidePx;
  return await canvas.convertToBlob({
    type: isWebpSized ? 'image/webp' : 'image/jpeg',
    quality: lossyQuality,
  });
}
