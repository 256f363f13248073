import { uploadMaxBytes } from '@star-graph/workflows/params/sizes';
import { fitSize, type Size } from './fitSize.ts';
import type { ShrinkOrder } from './shrinkWorker.ts';

/**
 * A picture as large as the server takes, drawn off the page's thread, which stays free meanwhile. Undefined: it may be
 * sent as it is, or cannot be read here, and then the server says what is wrong with it.
 */
export async function shrinkPicture(file: Blob, signal: AbortSignal): Promise<Blob | undefined> {
  if (!file.type.startsWith('image/')) return undefined;
  const size = await measure(file);
  if (!size) return undefined;
  const fitted = fitSize(size);
  const fits = fitted.width === size.width && file.size <= uploadMaxBytes;
  return fits ? undefined : await orderShrinking({ file, size: fitted }, signal);
}

/** As it is shown, turned as its camera was held. A browser knows it long before all pixels are read. */
async function measure(file: Blob): Promise<Size | undefined> {
  const url = URL.createObjectURL(file);
  const image = new Image();
  try {
    return await new Promise((resolve) => {
      image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
      image.onerror = () => resolve(undefined);
      image.src = url;
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function orderShrinking(order: ShrinkOrder, signal: AbortSignal): Promise<Blob | undefined> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./shrinkWorker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.onmessage = ({ data }: MessageEvent<Blob | undefined>) => resolve(data);
      worker.onerror = () => resolve(undefined);
      worker.postMessage(order);
    });
  } finally {
    worker.terminate();
  }
}
