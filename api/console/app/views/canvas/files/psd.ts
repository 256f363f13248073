import { initializeCanvas, type Layer, readPsd as read, writePsdUint8Array } from 'ag-psd';
import { type BlendMode, blendModes } from '../engine/blend.ts';
import {
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

/** @param merged what all of it looks like, for programs that show no layers */
export function writePsd(
  { width, height, layers }: LayerFile,
  merged: Uint8ClampedArray<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const children = layers.map((layer) => ({
    name: layer.name,
    opacity: layer.opacity,
    hidden: layer.isHidden,
    blendMode: layer.blend ? toPsd[layer.blend] : ('normal' as const),
    left: layer.x,
    top: layer.y,
    right: layer.x + layer.width,
    bottom: layer.y + layer.height,
    imageData: { width: layer.width, height: layer.height, data: layer.bytes },
  }));
  const imageData = { width, height, data: merged };
  return new Uint8Array(writePsdUint8Array({ width, height, imageData, children }, { noBackground: true }));
}

/** Groups are dissolved, and masks of layers are applied. @throws LayerFileError */
export function readPsd(file: Uint8Array<ArrayBuffer>): LayerFile {
  if (file.length > mostFileBytes) throw new LayerFileError('large');
  try {
    // Sizes first: nothing is unpacked for a file that is refused.
    const limits = { totalMemoryLimit: mostPixels * 4 * 3, useImageData: true, skipThumbnail: true };
    const skipped = { skipCompositeImageData: true, skipLinkedFilesData: true };
    const outline = read(file, { ...limits, ...skipped, skipLayerImageData: true });
    refuseLarge(
      outline,
      [...pixelLayers(outline.children)].map(({ layer }) => sizeOf(layer)),
    );
    const whole = read(file, { ...limits, ...skipped });
    const layers = [...pixelLayers(whole.children)].flatMap(presentLayer);
    return { width: whole.width, height: whole.height, layers };
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
  opacity: number;
  isHidden: boolean;
}

const deepest = 20;

function* pixelLayers(
  layers: readonly Layer[] | undefined,
  group = { opacity: 1, isHidden: false },
  depth = 0,
): Generator<Found> {
  if (depth > deepest) throw new LayerFileError('large');
  for (const layer of layers ?? []) {
    const own = {
      opacity: group.opacity * (layer.opacity ?? 1),
      isHidden: group.isHidden || layer.hidden === true,
    };
    const { width, height } = sizeOf(layer);
    if (layer.children) yield* pixelLayers(layer.children, own, depth + 1);
    else if (width > 0 && height > 0) yield { layer, ...own };
  }
}

function presentLayer({ layer, opacity, isHidden }: Found): FileLayer[] {
  const { imageData, left = 0, top = 0, name = '', blendMode = 'normal' } = layer;
  if (!imageData) return [];
  const { width, height, data } = imageData;
  // Layers of 16 bits come as other arrays.
  if (!(data instanceof Uint8ClampedArray)) throw new LayerFileError('broken');
  const bytes = new Uint8ClampedArray(data);
  applyMask(layer, { left, top, width, height }, bytes);
  return [
    {
      name,
      opacity,
      isHidden,
      blend: blendModes.find((mode) => toPsd[mode] === blendMode),
      x: left,
      y: top,
      width,
      height,
      bytes,
    },
  ];
}

function applyMask(
  { mask }: Layer,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  bytes: Uint8ClampedArray,
): void {
  if (!mask || mask.disabled) return;
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
