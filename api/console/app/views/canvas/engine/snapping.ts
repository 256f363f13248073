import type { Board, Lines, Rulers } from './board.ts';
import { chosenLayers, isHiddenIn } from './groups.ts';
import { placeOf } from './layers.ts';
import { type Rect, union } from './tiles.ts';

export type Axis = keyof Lines;

export const noLines: Lines = { x: [], y: [] };
export const mostGuides = 40;

/** Those that are seen. */
export const guidesOf = ({ rulers }: Board): Lines => (rulers && !rulers.isHidden ? rulers.guides : noLines);

export const changeRulers = (board: Board, change: Partial<Rulers>): Board => ({
  ...board,
  rulers: { guides: noLines, ...board.rulers, ...change },
});

const edgesOf = ({ x, y, width, height }: Rect): Lines => ({
  x: [x, x + width / 2, x + width],
  y: [y, y + height / 2, y + height],
});

const join = (all: readonly Lines[]): Lines => ({
  x: all.flatMap(({ x }) => x),
  y: all.flatMap(({ y }) => y),
});

/** What is moved keeps to guides, and to the edges and middles of what stays and is seen. */
export function linesFor(board: Board, what: 'layers' | 'frame'): Lines {
  const moved = what === 'layers' ? chosenLayers(board) : [];
  const staying = board.layers.filter((layer) => !moved.includes(layer) && !isHiddenIn(board, layer));
  const places = staying.flatMap((layer) => placeOf(layer) ?? []);
  const frames = what === 'layers' ? [board.frame] : [];
  return join([guidesOf(board), ...[...frames, ...places].map(edgesOf)]);
}

/** The nearest line that an edge or the middle of a rectangle is near to. */
function nearest(edges: readonly number[], lines: readonly number[], within: number): number {
  let best: number | undefined;
  for (const edge of edges)
    for (const line of lines) {
      const by = Math.round(line - edge);
      if (Math.abs(line - edge) <= within && (best === undefined || Math.abs(by) < Math.abs(best))) best = by;
    }
  return best ?? 0;
}

export interface Snapped {
  /** How far it is moved to lie on lines. */
  by: { x: number; y: number };
  /** Those that it lies on then. */
  met: Lines;
}

/** @param within how near a line has to be, in pixels of the plane */
export function snapRect(rect: Rect, lines: Lines, within: number): Snapped {
  const edges = edgesOf(rect);
  const by = { x: nearest(edges.x, lines.x, within), y: nearest(edges.y, lines.y, within) };
  const metOn = (axis: Axis) => [
    ...new Set(
      lines[axis].filter((line) => edges[axis].some((edge) => Math.abs(edge + by[axis] - line) < 1)),
    ),
  ];
  return { by, met: { x: metOn('x'), y: metOn('y') } };
}

/** Around all corners. */
export const boxOf = (corners: readonly { x: number; y: number }[]): Rect =>
  corners
    .map(({ x, y }): Rect => ({ x, y, width: 0, height: 0 }))
    .reduce((box, corner) => union(box, corner) ?? box);

export interface Tick {
  /** On the stage. */
  at: number;
  /** On the plane; those between have none. */
  value?: number;
}

const leastApart = 64;
const parts = 5;

/** Of a ruler: at values that are easily read, however far one has zoomed. */
export function ticksOf({
  offset,
  scale,
  length,
}: {
  offset: number;
  scale: number;
  length: number;
}): Tick[] {
  const least = leastApart / scale;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = Math.max(1, [1, 2, 5, 10].map((times) => times * power).find((one) => one >= least) ?? least);
  const ticks: Tick[] = [];
  const from = Math.floor((0 - offset) / scale / step);
  for (let at = from; at * step * scale + offset <= length; at++)
    for (let part = 0; part < parts; part++) {
      const place = (at + part / parts) * step * scale + offset;
      if (place >= 0 && place <= length) ticks.push({ at: place, ...(part === 0 && { value: at * step }) });
    }
  return ticks;
}
