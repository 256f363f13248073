import type { Context } from '../interaction/context.ts';
import { Refusal } from '../replies/problems.ts';

/** Where a picture is extended. */
export const directions = ['all', 'left', 'right', 'up', 'down'] as const;
export type Direction = (typeof directions)[number];

export const isDirection = (text: unknown): text is Direction => directions.some((one) => one === text);

/** The default. */
export const usualAmount = '25%';

/** Pixels beside each edge of a picture, as the workflow takes them. */
interface Margins {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** For one side. The workflow takes at most three times the picture. */
const percentAtMost = 200;
const pixelsAtMost = 4_096;

/**
 * How far to extend a picture. A percentage counts of the side that grows: the width for left and right, the height
 * for top and bottom.
 * @param amount `25%`, `200px` or `200`, as people type it.
 * @param size of the picture, in pixels.
 * @throws Refusal for an invalid amount.
 */
export function readMargins(
  { say }: Pick<Context, 'say'>,
  direction: Direction,
  amount: string,
  size: { width: number; height: number },
): Margins {
  const [, digits = '', unit = ''] =
    /^(\d{1,5}(?:[.,]\d+)?)\s*(%|px|pixels?|像素)?$/i.exec(amount.normalize('NFKC').trim()) ?? [];
  const number = Number(digits.replace(',', '.'));
  const isPercent = unit === '%';
  const isFit = number > 0 && number <= (isPercent ? percentAtMost : pixelsAtMost);
  if (!isFit) throw new Refusal(say.outpaint.amount(percentAtMost, pixelsAtMost));
  const marginOf = (side: number) => Math.max(1, Math.round(isPercent ? (side * number) / 100 : number));
  const margin = (towards: Direction, side: number) =>
    direction === 'all' || direction === towards ? marginOf(side) : 0;
  return {
    left: margin('left', size.width),
    top: margin('up', size.height),
    right: margin('right', size.width),
    bottom: margin('down', size.height),
  };
}
