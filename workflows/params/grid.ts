import { integerField } from './fields.ts';

/** Numbers that are `offset` more than a multiple of `step`. */
export interface Grid {
  step: number;
  offset: number;
}

export const isOnGrid = (value: number, { step, offset }: Grid): boolean => (value - offset) % step === 0;

/** Whole numbers of a grid; both limits are on it. A refusal names the limits, or the two nearest that fit. */
export function gridField(min: number, max: number, { step, offset }: Grid) {
  const grid = { step, offset };
  if (!isOnGrid(min, grid) || !isOnGrid(max, grid)) throw new Error(`${min} or ${max} is off the grid`);
  return integerField(min, max).refine((value) => isOnGrid(value, grid), {
    error: ({ input }) => {
      const below = Number(input) - ((Number(input) - offset) % step);
      return `Choose ${below} or ${below + step}: between ${min} and ${max} only every ${step}th number fits.`;
    },
  });
}
