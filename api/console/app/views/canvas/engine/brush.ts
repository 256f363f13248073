import {
  createTile,
  isEmpty,
  keysIn,
  partOf,
  type Rect,
  readPixels,
  rectOf,
  type Tile,
  type Tiles,
  tileSize,
  union,
} from './tiles.ts';

export interface Brush {
  /** Pixels across, at full pressure. */
  size: number;
  /** From 0, soft from its middle on, to 1. */
  hardness: number;
  opacity: number;
  colour: readonly [red: number, green: number, blue: number];
  isErasing: boolean;
}

export interface Dab {
  x: number;
  y: number;
  /** From 0 to 1. */
  pressure: number;
}

/** What is selected, by its opacity, and where the layer lies on the plane. */
export interface StrokeLimit {
  selection: Tiles;
  x: number;
  y: number;
}

/** A stroke under way. Its dabs are joined before they are laid on the layer: where it crosses itself it is no denser. */
export interface Stroke {
  readonly brush: Brush;
  readonly before: Tiles;
  /** It paints nothing outside of this. */
  readonly limit: StrokeLimit | undefined;
  /** The layer with what has been painted so far. */
  tiles: Map<number, Tile>;
  /** How much of the brush each pixel has got. */
  readonly cover: Map<number, Uint8Array>;
  last: Dab | undefined;
}

export const beginStroke = (before: Tiles, brush: Brush, limit?: StrokeLimit): Stroke => ({
  brush,
  before,
  limit,
  tiles: new Map(before),
  cover: new Map(),
  last: undefined,
});

/** A part of the brush's width, between two dabs. */
const spacing = 0.12;

/** Goes on to a place. @returns what has changed, in pixels of the layer */
export function strokeTo(stroke: Stroke, dab: Dab): Rect | undefined {
  const from = stroke.last ?? dab;
  const step = Math.max(
    0.5,
    stroke.brush.size * spacing * Math.max(0.2, Math.min(from.pressure, dab.pressure)),
  );
  const distance = Math.hypot(dab.x - from.x, dab.y - from.y);
  if (stroke.last && distance < step && distance < 1) return undefined;
  const dabs = Math.max(1, Math.ceil(distance / step));
  let changed: Rect | undefined;
  for (let nth = stroke.last ? 1 : dabs; nth <= dabs; nth++) {
    const share = nth / dabs;
    const at = {
      x: from.x + (dab.x - from.x) * share,
      y: from.y + (dab.y - from.y) * share,
      pressure: from.pressure + (dab.pressure - from.pressure) * share,
    };
    changed = union(changed, coverDab(stroke, at));
  }
  stroke.last = dab;
  if (changed) layStroke(stroke, changed);
  return changed;
}

function coverDab({ brush, cover }: Stroke, { x, y, pressure }: Dab): Rect {
  const radius = Math.max(0.5, (brush.size * pressure) / 2);
  // A pixel is soft at the edge of even a hard brush.
  const core = Math.min(radius * brush.hardness, radius - 0.5);
  const rect = {
    x: Math.floor(x - radius - 1),
    y: Math.floor(y - radius - 1),
    width: Math.ceil(radius * 2) + 3,
    height: Math.ceil(radius * 2) + 3,
  };
  for (const key of keysIn(rect)) {
    const part = partOf(key, rect);
    if (!part) continue;
    const plane = cover.get(key) ?? new Uint8Array(tileSize * tileSize);
    cover.set(key, plane);
    const { x: left, y: top } = rectOf(key);
    for (let row = part.y; row < part.y + part.height; row++)
      for (let column = part.x; column < part.x + part.width; column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        if (distance >= radius + 0.5) continue;
        const share = distance <= core ? 1 : Math.max(0, 1 - (distance - core) / (radius + 0.5 - core));
        const at = (row - top) * tileSize + column - left;
        const value = Math.round(share * 255);
        if (value > (plane[at] ?? 0)) plane[at] = value;
      }
  }
  return rect;
}

/** Lays what the stroke has covered on the layer as it was before, within what has changed. */
function layStroke({ brush, before, tiles, cover, limit }: Stroke, changed: Rect): void {
  for (const key of keysIn(changed)) {
    const plane = cover.get(key);
    const part = plane && partOf(key, changed);
    if (!part) continue;
    const selected =
      limit && readPixels(limit.selection, { ...part, x: part.x + limit.x, y: part.y + limit.y });
    if (selected && isEmpty(selected)) continue;
    const old = before.get(key);
    const tile = ownTile(tiles, key, old);
    const { x, y } = rectOf(key);
    for (let row = part.y - y; row < part.y - y + part.height; row++)
      for (let column = part.x - x; column < part.x - x + part.width; column++) {
        const at = row * tileSize + column;
        const allowed = selected
          ? (selected[((row - part.y + y) * part.width + column - part.x + x) * 4 + 3] ?? 0) / 255
          : 1;
        const share = Math.round((plane[at] ?? 0) * brush.opacity * allowed);
        if (share > 0) layPixel(tile, old, at * 4, share, brush);
      }
  }
}

/** The stroke's own copy of a square: that of the layer stays as it was. */
function ownTile(tiles: Map<number, Tile>, key: number, old: Tile | undefined): Tile {
  const tile = tiles.get(key);
  if (tile && tile !== old) return tile;
  const copy = createTile();
  if (old) copy.set(old);
  tiles.set(key, copy);
  return copy;
}

function layPixel(tile: Tile, old: Tile | undefined, at: number, share: number, brush: Brush): void {
  const under = old?.[at + 3] ?? 0;
  if (brush.isErasing) {
    tile[at + 3] = Math.round((under * (255 - share)) / 255);
    return;
  }
  const rest = under * (255 - share);
  const sum = share * 255 + rest;
  for (let part = 0; part < 3; part++)
    tile[at + part] = ((brush.colour[part] ?? 0) * share * 255 + (old?.[at + part] ?? 0) * rest) / sum;
  tile[at + 3] = sum / 255;
}

/** The layer after the stroke. What the eraser has emptied is left out. */
export function endStroke({ before, tiles, brush }: Stroke): Tiles {
  if (!brush.isErasing) return tiles;
  return new Map([...tiles].filter(([key, tile]) => tile === before.get(key) || !isEmpty(tile)));
}
