import { Problem } from '@star-graph/core/ground/errors';

const megapixelSide = 1_024;

/**
 * A size as the Images API has it, of an aspect ratio such as `16:9` and the area of a square of the side; `auto`, the
 * model's own, where nothing is asked for.
 */
export function sizeOfShape(ratio: string | undefined, side: number | undefined = undefined): string {
  if (ratio === undefined && side === undefined) return 'auto';
  const [across = 1, down = 1] = (ratio ?? '1:1').split(':').map(Number);
  const factor = Math.sqrt(across / down);
  const area = side ?? megapixelSide;
  return `${Math.round(area * factor)}x${Math.round(area / factor)}`;
}

/** Sides of a square of the area. OpenRouter writes a large letter, xAI a small one. */
const resolutions = {
  '512': 512,
  '1K': 1_024,
  '1k': 1_024,
  '2K': 2_048,
  '2k': 2_048,
  '4K': 4_096,
  '4k': 4_096,
} as const;
export type Resolution = keyof typeof resolutions;
export const resolutionNames = Object.keys(resolutions) as [Resolution];
export const isResolution = (text: string): text is Resolution => Object.hasOwn(resolutions, text);

/** How OpenAI and its relatives say a size. */
interface SizeWords {
  /** `auto` says nothing. */
  size: string;
  /** Of Together. */
  width?: number | undefined;
  height?: number | undefined;
  /** Of xAI and OpenRouter; `auto` says nothing. */
  aspect_ratio?: string | undefined;
  resolution?: Resolution | undefined;
}

/** The size that they say together. @throws Problem `invalid-params` where two of them say it. */
export function sizeOfWords({ size, width, height, aspect_ratio, resolution }: SizeWords): string {
  const hasSides = width !== undefined || height !== undefined;
  if (hasSides && size !== 'auto')
    throw refused(width === undefined ? 'height' : 'width', 'Say it once: as size, or as width and height.');
  // As Together does, the side that is not said is that of a square megapixel.
  const sides = hasSides ? `${width ?? megapixelSide}x${height ?? megapixelSide}` : size;
  const ratio = aspect_ratio === 'auto' ? undefined : aspect_ratio;
  if (sides === 'auto') return sizeOfShape(ratio, resolution && resolutions[resolution]);
  if (ratio !== undefined) throw refused('aspect_ratio', 'The size has a shape already: leave one out.');
  if (resolution !== undefined) throw refused('resolution', 'The size has an area already: leave one out.');
  return sides;
}

const refused = (name: string, message: string) =>
  new Problem('invalid-params', 'Some values are not accepted.', {
    errors: [{ pointer: `/${name}`, message }],
  });
