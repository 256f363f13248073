import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import { type AssetValue, isAssetValue } from '../form/fitValue.ts';

/** Our own pictures are dragged by their names, so that nothing is uploaded twice. */
const assetType = 'application/x-star-graph-asset';

export function offerAsset(transfer: DataTransfer, asset: AssetValue): void {
  transfer.setData(assetType, JSON.stringify(asset));
  transfer.effectAllowed = 'copyLink';
}

/** What was dropped or pasted, the best form of it; undefined for what is no picture, film or sound. */
export type Dropped =
  | { kind: 'asset'; asset: AssetValue }
  | { kind: 'file'; file: File }
  | { kind: 'url'; url: string };

/** The parts of a transfer that are read. */
type Transfer = Pick<DataTransfer, 'getData'> & { files: Iterable<File> };

export function readDropped(transfer: Transfer, media: FileKind): Dropped | undefined {
  const asset = parseAsset(transfer.getData(assetType));
  if (asset) return { kind: 'asset', asset };
  const file = [...transfer.files].find(({ type }) => type.startsWith(`${media}/`));
  if (file) return { kind: 'file', file };
  const url = findLink(transfer);
  return url === undefined ? undefined : { kind: 'url', url };
}

/** The picture itself, where what was dragged or copied is a link around it; else the link, or words that are one. */
function findLink(transfer: Pick<DataTransfer, 'getData'>): string | undefined {
  const found = [
    findPictureIn(transfer.getData('text/html')),
    transfer.getData('text/uri-list').split('\n')[0],
    transfer.getData('text/plain'),
  ];
  return found.map((text) => text?.trim() ?? '').find((text) => /^https?:\/\/[^\s/]\S*$/.test(text));
}

/** Of a parsed page nothing is loaded and nothing runs. */
const findPictureIn = (html: string): string | undefined =>
  html === ''
    ? undefined
    : (new DOMParser().parseFromString(html, 'text/html').querySelector('img')?.getAttribute('src') ??
      undefined);

/** Whether words that are pasted there belong into a field. */
export const takesWords = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;

/** Whether one of our own pictures is dragged. */
export const holdsAsset = ({ types }: Pick<DataTransfer, 'types'>): boolean => types.includes(assetType);

/** While something is dragged, a page may see only of what kinds it is. */
export const mayHoldPicture = (transfer: DataTransfer): boolean =>
  [assetType, 'Files', 'text/uri-list'].some((type) => transfer.types.includes(type));

/** Any page can offer data under our name: only the parts that we know are taken. */
function parseAsset(text: string): AssetValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isAssetValue(value)) return undefined;
    const { assetId, url, width, height, name } = value;
    return {
      assetId,
      ...(typeof url === 'string' && /^(https?|blob):/.test(url) && { url }),
      ...(typeof width === 'number' && typeof height === 'number' && { width, height }),
      ...(typeof name === 'string' && { name }),
    };
  } catch {
    // Not JSON, so not ours.
    return undefined;
  }
}
