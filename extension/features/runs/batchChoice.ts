import type { Run } from './run.ts';

/** Filters by the shorter side that leave some of the pictures in and some out. */
export const listSizes = (sidesPx: readonly number[]): number[] =>
  [150, 300, 600].filter((px) => sidesPx.some((side) => side < px) && sidesPx.some((side) => side >= px));

/** Of a batch, and not yet answered. */
export const isUndecided = ({ state, isAsked }: Run): boolean =>
  isAsked === true && (state === 'reading' || state === 'uploading' || state === 'quoted');
