import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import type { Size } from './fitSize.ts';

export interface ShrinkOrder {
  file: Blob;
  size: Size;
}

/** A part of what TypeScript knows of workers only where it knows nothing of pages. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent<ShrinkOrder>) => void): void;
  postMessage(file: Blob | undefined): void;
}
declare const self: WorkerScope;

const webpMaxSide = 16_383;
const lossyQuality = 0.92;

self.addEventListener('message', ({ data }) => {
  shrink(data).then(
    (file) => self.postMessage(file),
    () => self.postMessage(undefined),
  );
});

async function shrink({ file, size: { width, height } }: ShrinkOrder): Promise<Blob> {
  const bitmap = await createImageBitmap(file, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: 'high',
  });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws nothing off the page');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  // A photo stays one; everything else may be transparent, or a mask whose values count.
  if (file.type === 'image/jpeg')
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: lossyQuality });
  const png = await canvas.convertToBlob({ type: 'image/png' });
  if (png.size <= uploadMaxBytes) return png;
  const type = Math.max(width, height) <= webpMaxSide ? 'image/webp' : 'image/jpeg';
  return await canvas.convertToBlob({ type, quality: lossyQuality });
}
