import type { AssetView } from '@star-graph/contract/assets/assets';
import type { AssetValue } from '@star-graph/ui/form/fitValue';
import { api } from '../../../session/session.ts';
import { shrinkPicture } from './shrinkPicture.ts';

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

/** Sends a picture or film, shrunk where it is larger than the server takes. @throws what the server refused */
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
