import type { Rect } from './tiles.ts';

/** What the sides of a frame may be. */
export interface FrameLimits {
  step: number;
  least: number;
  most: number;
}

export const usualLimits: FrameLimits = { step: 64, least: 256, most: 2_048 };

/** Its place is on this grid, so that frames fit beside each other. */
const grid = 8;
const snap = (value: number, step: number): number => Math.round(value / step) * step;

export const moveFrame = (frame: Rect, x: number, y: number): Rect => ({
  ...frame,
  x: snap(x, grid),
  y: snap(y, grid),
});

const fitSide = (side: number, { step, least, most }: FrameLimits): number =>
  Math.min(snap(most, step), Math.max(Math.ceil(least / step) * step, snap(side, step)));

export const resizeFrame = (frame: Rect, width: number, height: number, limits: FrameLimits): Rect => ({
  ...frame,
  width: fitSide(width, limits),
  height: fitSide(height, limits),
});

export type Corner = 'nw' | 'ne' | 'sw' | 'se';

/** Draws one corner to a place; the opposite one stays. */
export function drawCorner(frame: Rect, corner: Corner, x: number, y: number, limits: FrameLimits): Rect {
  const right = frame.x + frame.width;
  const bottom = frame.y + frame.height;
  const isWest = corner.endsWith('w');
  const isNorth = corner.startsWith('n');
  const sized = resizeFrame(
    frame,
    isWest ? right - x : x - frame.x,
    isNorth ? bottom - y : y - frame.y,
    limits,
  );
  return {
    ...sized,
    x: isWest ? right - sized.width : frame.x,
    y: isNorth ? bottom - sized.height : frame.y,
  };
}
