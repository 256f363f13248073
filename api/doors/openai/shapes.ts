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
