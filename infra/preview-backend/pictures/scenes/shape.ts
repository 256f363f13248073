import type { Colour } from './colour.ts';
import { dab, type Layer } from './layer.ts';

/** A closed outline: x and y of one corner after the other, in pixels. */
export type Outline = readonly number[];

/** Fills outlines with exact coverage of each pixel, so that no edge has stairs. */
export function fillShape(layer: Layer, outlines: readonly Outline[], colour: Colour, share = 1): void {
  const box = boxOf(layer, outlines);
  if (!box) return;
  const { left, top, width, height } = box;
  // Signed areas along each row: their running sum is the coverage.
  const areas = new Float32Array((width + 2) * height);
  for (const outline of outlines) {
    const turn = windingOf(outline);
    for (let at = 0; at < outline.length; at += 2) {
      const next = (at + 2) % outline.length;
      addEdge(
        areas,
        { width, height, turn },
        [(outline[at] as number) - left, (outline[at + 1] as number) - top],
        [(outline[next] as number) - left, (outline[next + 1] as number) - top],
      );
    }
  }
  const [red, green, blue] = colour;
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += areas[y * (width + 2) + x] as number;
      const inside = Math.min(1, Math.abs(sum));
      if (inside > 0.004) dab(layer, (top + y) * layer.width + left + x, red, green, blue, inside * share);
    }
  }
}

/** Outlines that overlap add up only when they turn the same way round. */
function windingOf(outline: Outline): 1 | -1 {
  let area = 0;
  for (let at = 0; at < outline.length; at += 2) {
    const next = (at + 2) % outline.length;
    area +=
      (outline[at] as number) * (outline[next + 1] as number) -
      (outline[next] as number) * (outline[at + 1] as number);
  }
  return area < 0 ? -1 : 1;
}

function boxOf(layer: Layer, outlines: readonly Outline[]) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const outline of outlines) {
    for (let at = 0; at < outline.length; at += 2) {
      const [x, y] = [outline[at] as number, outline[at + 1] as number];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  left = Math.max(0, Math.floor(left));
  top = Math.max(0, Math.floor(top));
  const width = Math.min(layer.width, Math.ceil(right)) - left;
  const height = Math.min(layer.height, Math.ceil(bottom)) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}

type Point = readonly [number, number];

function addEdge(
  areas: Float32Array,
  { width, height, turn }: { width: number; height: number; turn: number },
  a: Point,
  b: Point,
): void {
  if (a[1] === b[1]) return;
  const [from, to] = a[1] < b[1] ? [a, b] : [b, a];
  const direction = a[1] < b[1] ? turn : -turn;
  const slope = (to[0] - from[0]) / (to[1] - from[1]);
  const first = Math.max(0, Math.floor(from[1]));
  const end = Math.min(height, Math.ceil(to[1]));
  for (let y = first; y < end; y++) {
    const upper = Math.max(y, from[1]);
    const lower = Math.min(y + 1, to[1]);
    const x0 = limit(from[0] + (upper - from[1]) * slope, width);
    const x1 = limit(from[0] + (lower - from[1]) * slope, width);
    addSpan(areas, y * (width + 2), Math.min(x0, x1), Math.max(x0, x1), (lower - upper) * direction);
  }
}

const limit = (x: number, width: number): number => Math.max(0, Math.min(width, x));

/** One row's part of an edge, shared out among the pixels that it crosses. */
function addSpan(areas: Float32Array, row: number, left: number, right: number, area: number): void {
  const first = Math.floor(left);
  const end = Math.max(first + 1, Math.ceil(right));
  if (end === first + 1) {
    const middle = (left + right) / 2 - first;
    add(areas, row + first, area * (1 - middle));
    add(areas, row + first + 1, area * middle);
    return;
  }
  let before = 0;
  for (let x = first; x <= end; x++) {
    // How much of the edge's area lies left of the pixel's right side, on average over the pixel.
    const inside = x === end ? 1 : meanShare(x, left, right);
    add(areas, row + x, area * (inside - before));
    before = inside;
  }
}

/** The mean over pixel x of the share of the edge that lies left of each point. */
function meanShare(x: number, left: number, right: number): number {
  const integral = (to: number): number => {
    if (to <= left) return 0;
    if (to >= right) return (right - left) / 2 + (to - right);
    return (to - left) ** 2 / (2 * (right - left));
  };
  return integral(x + 1) - integral(x);
}

function add(areas: Float32Array, at: number, value: number): void {
  areas[at] = (areas[at] as number) + value;
}

/** A smooth closed line through these points, for what grows and lives. */
export function smooth(points: Outline, between = 6): number[] {
  const count = points.length / 2;
  const at = (index: number): Point => {
    const wrapped = ((index + count) % count) * 2;
    return [points[wrapped] as number, points[wrapped + 1] as number];
  };
  const line: number[] = [];
  for (let index = 0; index < count; index++) {
    const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 0; step < between; step++) {
      const t = step / between;
      for (const axis of [0, 1] as const) {
        line.push(
          0.5 *
            (2 * p1[axis] +
              (p2[axis] - p0[axis]) * t +
              (2 * p0[axis] - 5 * p1[axis] + 4 * p2[axis] - p3[axis]) * t * t +
              (3 * p1[axis] - p0[axis] - 3 * p2[axis] + p3[axis]) * t * t * t),
        );
      }
    }
  }
  return line;
}

/** An outline drawn around its foot at 0, 0 with y upwards, set down in the picture. */
export function place(outline: Outline, x: number, y: number, size: number, isMirrored = false): number[] {
  return outline.map((value, at) =>
    at % 2 === 0 ? x + (isMirrored ? -value : value) * size : y - value * size,
  );
}
