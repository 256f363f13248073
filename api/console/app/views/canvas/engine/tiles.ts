/**
 * Pixels of a layer, as squares of 256 by their place. Colours are kept apart from opacity, byte by byte: a canvas of
 * the browser would round them. A square is never changed once it is in a layer, so that earlier states share it.
 */
export const tileSize = 256;
export type Tile = Uint8ClampedArray<ArrayBuffer>;
export type Tiles = ReadonlyMap<number, Tile>;

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

const half = 32_768;
export const tileBytes = tileSize * tileSize * 4;
export const noTiles: Tiles = new Map();

export const tileKey = (column: number, row: number): number => (row + half) * 65_536 + (column + half);
export const columnOf = (key: number): number => (key % 65_536) - half;
export const rowOf = (key: number): number => Math.floor(key / 65_536) - half;
export const createTile = (): Tile => new Uint8ClampedArray(tileBytes);

/** The squares that a part of the plane touches. */
export function* keysIn({ x, y, width, height }: Rect): Generator<number> {
  if (width <= 0 || height <= 0) return;
  const [right, bottom] = [Math.floor((x + width - 1) / tileSize), Math.floor((y + height - 1) / tileSize)];
  for (let row = Math.floor(y / tileSize); row <= bottom; row++)
    for (let column = Math.floor(x / tileSize); column <= right; column++) yield tileKey(column, row);
}

/** The part of a square that lies in a rectangle, in the plane; undefined: none. */
export function partOf(key: number, rect: Rect): Rect | undefined {
  return intersect(rect, rectOf(key));
}

export const rectOf = (key: number): Rect => ({
  x: columnOf(key) * tileSize,
  y: rowOf(key) * tileSize,
  width: tileSize,
  height: tileSize,
});

export function intersect(a: Rect, b: Rect): Rect | undefined {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** The smallest that holds both. */
export function union(a: Rect | undefined, b: Rect | undefined): Rect | undefined {
  if (!a || !b) return a ?? b;
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  return { x, y, width, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** A rectangle of pixels, four bytes each; empty where there is no square. */
export function readPixels(tiles: Tiles, rect: Rect): Tile {
  const pixels = new Uint8ClampedArray(rect.width * rect.height * 4);
  for (const key of keysIn(rect)) {
    const tile = tiles.get(key);
    const part = tile && partOf(key, rect);
    if (!part) continue;
    const { x, y } = rectOf(key);
    for (let row = 0; row < part.height; row++) {
      const from = ((part.y + row - y) * tileSize + part.x - x) * 4;
      const to = ((part.y + row - rect.y) * rect.width + part.x - rect.x) * 4;
      pixels.set(tile.subarray(from, from + part.width * 4), to);
    }
  }
  return pixels;
}

/** With a rectangle of pixels in place of what was there. A square that has become empty is left out. */
export function writePixels(tiles: Tiles, rect: Rect, pixels: Uint8ClampedArray): Tiles {
  const written = new Map(tiles);
  for (const key of keysIn(rect)) {
    const part = partOf(key, rect);
    if (!part) continue;
    const tile = createTile();
    const before = tiles.get(key);
    if (before) tile.set(before);
    const { x, y } = rectOf(key);
    for (let row = 0; row < part.height; row++) {
      const from = ((part.y + row - rect.y) * rect.width + part.x - rect.x) * 4;
      const to = ((part.y + row - y) * tileSize + part.x - x) * 4;
      tile.set(pixels.subarray(from, from + part.width * 4), to);
    }
    if (isEmpty(tile)) written.delete(key);
    else written.set(key, tile);
  }
  return written;
}

export function isEmpty(tile: Tile): boolean {
  for (let at = 3; at < tile.length; at += 4) if (tile[at] !== 0) return false;
  return true;
}

/** What is painted, to the pixel; undefined: nothing. */
export function boundsOf(tiles: Tiles): Rect | undefined {
  let bounds: Rect | undefined;
  for (const [key, tile] of tiles) {
    const { x, y } = rectOf(key);
    const inner = innerBounds(tile);
    if (inner) bounds = union(bounds, { ...inner, x: inner.x + x, y: inner.y + y });
  }
  return bounds;
}

const known = new WeakMap<Tile, Rect | null>();

function innerBounds(tile: Tile): Rect | null {
  const before = known.get(tile);
  if (before !== undefined) return before;
  let [left, top, right, bottom] = [tileSize, tileSize, -1, -1];
  for (let y = 0; y < tileSize; y++)
    for (let x = 0; x < tileSize; x++) {
      if (tile[(y * tileSize + x) * 4 + 3] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  const found = right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  known.set(tile, found);
  return found;
}
