import type { AssetView } from '@star-graph/contract/assets/assets';
import type { AssetValue } from '@star-graph/ui/form/fitValue';
import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { api } from '../../../session/session.ts';
import { fitSize, type Size } from './fitSize.ts';
import type { ShrinkOrder } from './shrinkWorker.ts';

interface SendOptions {
  signal: AbortSignal;
  /** From 0 to 1. */
  onProgress(share: number): void;
  isMask?: boolean;
}

export interface SentPicture {
  asset: AssetView;
  /** What a form keeps of it. */
  value: AssetValue;
}

/** Sends a picture, film or sound, shrunk where it is larger than the server takes. @throws what the server refused */
export async function sendPicture(
  file: Blob,
  { signal, onProgress, isMask = false }: SendOptions,
): Promise<SentPicture> {
  const shrunk = await shrinkPicture(file, signal);
  const name = file instanceof File ? { name: file.name } : {};
  const asset = await api.uploadAsset(shrunk ?? file, {
    signal,
    filename: name.name ?? 'picture',
    ...(isMask && { purpose: 'mask' as const }),
    onProgress: (sent, total) => onProgress(total === 0 ? 0 : sent / total),
  });
  return { asset, value: { ...toAssetValue(asset), ...name, ...(shrunk && { isShrunk: true }) } };
}

/** Of links without an answer: another try asks for the same picture, and not for a second one. */
const keys = new Map<string, string>();

/** The same for what a link leads to, which only the server can read. */
export async function sendLink(url: string, { signal }: Pick<SendOptions, 'signal'>): Promise<SentPicture> {
  const idempotencyKey = keys.get(url) ?? crypto.randomUUID();
  keys.set(url, idempotencyKey);
  const asset = await api.importAsset(url, { signal, idempotencyKey });
  keys.delete(url);
  return { asset, value: toAssetValue(asset) };
}

export const toAssetValue = ({ id, url, width, height }: AssetView): AssetValue => ({
  assetId: id,
  url,
  width,
  height,
});

/**
 * A picture as large as the server takes, drawn off the page's thread, which stays free meanwhile. Undefined: it may be
 * sent as it is, or cannot be read here, and then the server says what is wrong with it.
 */
async function shrinkPicture(file: Blob, signal: AbortSignal): Promise<Blob | undefined> {
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
