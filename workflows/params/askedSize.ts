import type { GraphEditor, InputPath, NodeId } from '../graph/graphEditor.ts';
import { findSizeFault, findSourceFault, minSourceSide } from '../models/stableDiffusion15.ts';
import type { InputImage } from '../workflow.ts';
import { type AskedSize, maxResultSide, megapixels } from './sizes.ts';

interface Part extends InputImage {
  x: number;
  y: number;
}

/** The largest middle part of a picture in another aspect, in the picture's own pixels. */
function centreOf(image: InputImage, aspect: InputImage): Part {
  const widthFor = (height: number): number =>
    Math.max(1, Math.round((height * aspect.width) / aspect.height));
  const heightFor = (width: number): number =>
    Math.max(1, Math.round((width * aspect.height) / aspect.width));
  const width = Math.min(image.width, widthFor(image.height));
  const height = Math.min(image.height, heightFor(image.width));
  return {
    width,
    height,
    x: Math.floor((image.width - width) / 2),
    y: Math.floor((image.height - height) / 2),
  };
}

/** Both sides, if both are set: only then can the result have another aspect than the picture. */
function findAskedAspect({ width, height }: AskedSize): InputImage | undefined {
  return width === undefined || height === undefined ? undefined : { width, height };
}

/**
 * Makes an ImageCrop cut the picture to the requested aspect; without one, the node leaves the chain and the whole
 * picture is used. Whether it stays depends on the params alone, as the node classes of a workflow do.
 */
export function bindCentre<G>(
  edit: GraphEditor<G>,
  node: NodeId<G>,
  asked: AskedSize,
  image: InputImage,
): void {
  const aspect = findAskedAspect(asked);
  if (!aspect) {
    edit.bypass(node, ['image']);
    return;
  }
  for (const [input, value] of Object.entries(centreOf(image, aspect))) {
    edit.set(`${node}.${input}` as InputPath<G>, value);
  }
}

interface SizeLimits {
  min: number;
  max: number;
  maxPixels?: number;
}

type SizeFault = { pointer: string; message: string };

/**
 * Faults that only the picture and the requested size together show: a side that follows the picture has the same
 * limits, and the part that is cut out must itself be large enough to draw from.
 */
export function checkAskedSize(
  asked: AskedSize,
  image: InputImage,
  { result, limits }: { result: InputImage; limits: SizeLimits },
): readonly SizeFault[] {
  const at = (pointer: string, message: string | undefined) => (message ? [{ pointer, message }] : []);
  const sourceFault = findSourceFault(image);
  if (sourceFault) return at('/image', sourceFault);
  const aspect = findAskedAspect(asked);
  if (aspect) return checkCentre(image, aspect);
  if (asked.width !== undefined) return at('/width', findFollowingFault('width', result, limits));
  if (asked.height !== undefined) return at('/height', findFollowingFault('height', result, limits));
  return at('/image', findSizeFault(result, image));
}

const show = ({ width, height }: InputImage): string => `${width} × ${height} pixels`;

/** Of a side that follows the picture where only the other one was requested. */
export function findFollowingFault(
  asked: 'width' | 'height',
  result: InputImage,
  { min, max, maxPixels = max * max }: SizeLimits,
): string | undefined {
  const outcome = `With the aspect of the picture the result would be ${show(result)}`;
  if (Math.min(result.width, result.height) < min || Math.max(result.width, result.height) > max) {
    return `${outcome}; each side must be from ${min} to ${max}. Ask for another ${asked}, or give width and height.`;
  }
  if (result.width * result.height > maxPixels) {
    return `${outcome}, ${megapixels(result).toFixed(1)} megapixels; it may have at most ${(maxPixels / 1_000_000).toFixed(1)}. Ask for a smaller ${asked}.`;
  }
  return undefined;
}

function checkCentre(image: InputImage, aspect: InputImage): readonly SizeFault[] {
  if (Math.max(image.width, image.height) > maxResultSide) {
    const message = `The picture is ${show(image)}; a side of one that is cut to another aspect may be at most ${maxResultSide}. Ask for width or height alone.`;
    return [{ pointer: '/image', message }];
  }
  const part = centreOf(image, aspect);
  if (Math.min(part.width, part.height) >= minSourceSide) return [];
  const message = `In the aspect of ${aspect.width} × ${aspect.height}, ${show(part)} of the picture are left; each side must be at least ${minSourceSide}. Ask for an aspect nearer to ${image.width} × ${image.height}.`;
  return [{ pointer: '/height', message }];
}
