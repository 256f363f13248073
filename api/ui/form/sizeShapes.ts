import { type BucketRule, findBucket } from '@star-graph/workflows/params/sizes';
import { fitNumber } from './fitValue.ts';
import type { FieldOf, SideLimits } from './formField.ts';

export interface Size {
  width: number;
  height: number;
}

interface Shape extends Size {
  /** As people write it: `16:9`. */
  ratio: string;
}

/** The shapes on offer, from wide to tall. */
const ratios: readonly Size[] = [
  { width: 16, height: 9 },
  { width: 3, height: 2 },
  { width: 4, height: 3 },
  { width: 1, height: 1 },
  { width: 3, height: 4 },
  { width: 2, height: 3 },
  { width: 9, height: 16 },
];

const usualPixels = 1024 * 1024;

/** A shape that the grid or the limits bend further is no longer that shape. */
const mostBend = 0.06;

const bendOf = (size: Size, aspect: number): number => Math.abs(Math.log(size.width / size.height / aspect));

const stepOf = ({ step }: SideLimits): number => (step === 'any' ? 1 : step);

/** Shapes that both sides can take, each at about the area that the model draws by itself. */
export function listShapes({ width, height }: FieldOf<'size'>): Shape[] {
  const own = width.default && height.default ? { width: width.default, height: height.default } : undefined;
  const ownPixels = own ? own.width * own.height : usualPixels;
  const minSide = Math.max(width.minimum ?? 1, height.minimum ?? 1);
  const maxSide = Math.min(width.maximum ?? Infinity, height.maximum ?? Infinity);
  const multipleOf = Math.max(stepOf(width), stepOf(height));
  return ratios.flatMap((ratio) => {
    const aspect = ratio.width / ratio.height;
    const longer = Math.max(aspect, 1 / aspect);
    const area = Math.max(minSide * minSide * longer, Math.min(ownPixels, (maxSide * maxSide) / longer));
    const rule: BucketRule = { area, multipleOf, minSide, maxSide };
    const size = own && bendOf(own, aspect) <= mostBend ? own : findBucket(ratio, rule);
    return bendOf(size, aspect) > mostBend ? [] : [{ ...size, ratio: `${ratio.width}:${ratio.height}` }];
  });
}

/** The shape that a size has, whatever its area; undefined for one of its own. */
export function findShape(shapes: readonly Shape[], { width, height }: Partial<Size>): Shape | undefined {
  if (width === undefined || height === undefined) return undefined;
  const same = shapes.find((shape) => shape.width === width && shape.height === height);
  return same ?? shapes.find((shape) => bendOf(shape, width / height) < 0.02);
}

/** Chosen sides as the form's grid takes them; a side that nobody chose has the default, or follows the picture. */
export function fitSize(
  { width, height }: FieldOf<'size'>,
  chosen: { width?: unknown; height?: unknown },
): Partial<Size> {
  const fit = (side: SideLimits, value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) ? fitNumber(value, side) : side.default;
  const fitted = { width: fit(width, chosen.width), height: fit(height, chosen.height) };
  return {
    ...(fitted.width !== undefined && { width: fitted.width }),
    ...(fitted.height !== undefined && { height: fitted.height }),
  };
}
