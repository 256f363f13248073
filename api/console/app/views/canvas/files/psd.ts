import { initializeCanvas, type Layer, readPsd as read, writePsdUint8Array } from 'ag-psd';
import { type BlendMode, blendModes } from '../engine/blend.ts';
import { isApart, isBranch, type StackNode, treeOf } from '../engine/groups.ts';
import {
  type FileChange,
  type FileGroup,
  type FileLayer,
  type LayerFile,
  LayerFileError,
  mostFileBytes,
  mostPixels,
  refuseLarge,
} from './layerFile.ts';

export const psdSignature = '8BPS';

// Pixels stay bytes: a canvas would round them.
initializeCanvas(
  () => {
    throw new Error('no canvas is needed for bytes');
  },
  (width, height) => ({ width, height, colorSpace: 'srgb', data: new Uint8ClampedArray(width * height * 4) }),
);

const toPsd = {
  multiply: 'multiply',
  screen: 'screen',
  overlay: 'overlay',
  darken: 'darken',
  lighten: 'lighten',
  'hard-light': 'hard light',
  'soft-light': 'soft light',
  difference: 'difference',
} as const satisfies Record<BlendMode, Layer['blendMode']>;

const modeOf = (blend: BlendMode | 'normal' | undefined) =>
  blend === undefined || blend === 'normal' ? ('normal' as const) : toPsd[blend];

function presentNode(node: StackNode<FileLayer, FileGroup>): Layer {
  const { name, opacity, isHidden, blend } = isBranch(node) ? node.own : node;
  const look = { name, opacity, hidden: isHidden, blendMode: modeOf(blend) };
  if (isBranch(node)) {
    const children = node.nodes.map(presentNode);
    return {
      ...look,
      ...(!isApart(node.own) && { blendMode: 'pass through' as const }),
      opened: true,
      children,
    };
  }
  const { x, y, width, height, bytes } = node;
  const imageData = { width, height, data: bytes };
  return { ...look, left: x, top: y, right: x + width, bottom: y + height, imageData };
}

/** @param merged what all of it looks like, for programs that show no layers */
export function writePsd(file: LayerFile, merged: Uint8ClampedArray<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { width, height } = file;
  const children = treeOf(file).map(presentNode);
  const imageData = { width, height, data: merged };
  return new Uint8Array(writePsdUint8Array({ width, height, imageData, children }, { noBackground: true }));
}

/** Masks of layers are applied, and those of groups to all that is in them. @throws LayerFileError */
export function readPsd(file: Uint8Array<ArrayBuffer>): LayerFile {
  if (file.length > mostFileBytes) throw new LayerFileError('large');
  try {
    // Sizes first: nothing is unpacked for a file that is refused.
    const limits = { totalMemoryLimit: mostPixels * 4 * 3, useImageData: true, skipThumbnail: true };
    const skipped = { skipCompositeImageData: true, skipLinkedFilesData: true };
    const outline = read(file, { ...limits, ...skipped, skipLayerImageData: true });
    const told = listLayers(outline.children);
    refuseLarge(
      outline,
      told.found.map(({ layer }) => sizeOf(layer)),
      told.groups,
    );
    const { width, height, children } = read(file, { ...limits, ...skipped });
    const { found, groups } = listLayers(children);
    return { width, height, layers: found.flatMap(readLayer), groups, changed: listChanges(children) };
  } catch (error) {
    throw error instanceof LayerFileError ? error : new LayerFileError('broken', error);
  }
}

const sizeOf = ({ left = 0, top = 0, right = 0, bottom = 0 }: Layer) => ({
  width: Math.max(0, right - left),
  height: Math.max(0, bottom - top),
});

interface Found {
  layer: Layer;
  /** Which one it is in. */
  group: string | undefined;
  /** Its own, and those of the groups that it is in. */
  masks: Mask[];
}

type Mask = NonNullable<Layer['mask']>;

/** What comes in as something else than it was. */
function listChanges(layers: readonly Layer[] = []): FileChange[] {
  const own = layers.flatMap(({ mask, adjustment, effects, children }): FileChange[] => [
    ...(mask && !mask.disabled ? (['masks'] as const) : []),
    ...(adjustment || (effects && !effects.disabled) ? (['effects'] as const) : []),
    ...listChanges(children),
  ]);
  return [...new Set(own)];
}

const deepest = 20;

/** Those that have pixels, from the lowest to the highest, and the groups that they are in. */
function listLayers(layers: readonly Layer[] | undefined): { found: Found[]; groups: FileGroup[] } {
  const groups: FileGroup[] = [];
  const list = (
    nodes: readonly Layer[] = [],
    around: Pick<Found, 'group' | 'masks'> = { group: undefined, masks: [] },
    depth = 0,
  ): Found[] => {
    if (depth > deepest) throw new LayerFileError('large');
    const { group } = around;
    return nodes.flatMap((layer) => {
      const { width, height } = sizeOf(layer);
      const masks = layer.mask && !layer.mask.disabled ? [...around.masks, layer.mask] : around.masks;
      if (!layer.children) return width > 0 && height > 0 ? [{ layer, group, masks }] : [];
      const { name = '', opacity = 1, hidden = false, blendMode = 'normal' } = layer;
      const id = `${groups.length}`;
      const blend = blendMode === 'pass through' ? undefined : (blendOf(blendMode) ?? 'normal');
      groups.push({ id, name, opacity, isHidden: hidden, blend, group });
      return list(layer.children, { group: id, masks }, depth + 1);
    });
  };
  return { found: list(layers), groups };
}

const blendOf = (mode: Layer['blendMode']): BlendMode | undefined =>
  blendModes.find((one) => toPsd[one] === mode);

function readLayer({ layer, group, masks }: Found): FileLayer[] {
  const { imageData, left = 0, top = 0, name = '', opacity = 1, hidden = false, blendMode } = layer;
  if (!imageData) return [];
  const { width, height, data } = imageData;
  // Layers of 16 bits come as other arrays.
  if (!(data instanceof Uint8ClampedArray)) throw new LayerFileError('broken');
  const bytes = new Uint8ClampedArray(data);
  for (const mask of masks) applyMask(mask, { left, top, width, height }, bytes);
  return [
    {
      name,
      opacity,
      isHidden: hidden,
      blend: blendOf(blendMode),
      group,
      x: left,
      y: top,
      width,
      height,
      bytes,
    },
  ];
}

function applyMask(
  mask: Mask,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  bytes: Uint8ClampedArray,
): void {
  const { imageData, defaultColor = 0 } = mask;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = [left + x - (mask.left ?? 0), top + y - (mask.top ?? 0)];
      const isWithin =
        imageData && column >= 0 && row >= 0 && column < imageData.width && row < imageData.height;
      const cover = isWithin ? (imageData.data[(row * imageData.width + column) * 4] ?? 0) : defaultColor;
      const at = (y * width + x) * 4 + 3;
      bytes[at] = Math.round(((bytes[at] ?? 0) * cover) / 255);
    }
}
