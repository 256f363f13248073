import { blurPlane, fillColour } from '@star-graph/ui/pictures/mask/plane';
import { layOver } from './blend.ts';
import type { Layer } from './board.ts';
import type { Stack } from './groups.ts';
import { bake, flatten, picturesOf, placeOfAll, shownOf } from './layers.ts';
import {
  boundsOf,
  createTile,
  intersect,
  isEmpty,
  keysIn,
  noTiles,
  type Rect,
  readPixels,
  rectOf,
  type Tile,
  type Tiles,
  tileBytes,
  tileSize,
  union,
  writePixels,
} from './tiles.ts';

/**
 * What is selected, as pixels of the plane by their opacity; the colour is that of masks, so that it becomes one as it
 * is. Squares that are selected all over share one, however much that is.
 */
export type Selection = Tiles;

export type Joining = 'replace' | 'add' | 'subtract' | 'intersect';

export const maskColour = [255, 64, 128] as const;

const fullTile: Tile = createTile();
for (let at = 0; at < tileBytes; at += 4) fullTile.set([...maskColour, 255], at);

/** Wands and lassos look at no more than this many pixels along a side. */
export const mostReach = 4_096;

interface Place {
  x: number;
  y: number;
}

export function selectRect(rect: Rect): Selection {
  const selected = new Map<number, Tile>();
  for (const key of keysIn(rect)) {
    const part = intersect(rect, rectOf(key));
    if (part?.width === tileSize && part.height === tileSize) selected.set(key, fullTile);
    else if (part) for (const [, tile] of fromCover(part, () => 255)) selected.set(key, tile);
  }
  return selected;
}

/** What a line goes around, by the rule of even and odd. */
export function selectLasso(points: readonly Place[]): Selection {
  const area = clip(aroundAll(points), points[0]);
  if (!area) return noTiles;
  const cover = new Uint8Array(area.width * area.height);
  for (let row = 0; row < area.height; row++) {
    const y = area.y + row + 0.5;
    const crossings = points
      .flatMap((from, at) => {
        const to = points[(at + 1) % points.length] ?? from;
        if (from.y > y === to.y > y) return [];
        return [from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x)];
      })
      .sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const [left, right] = [crossings[at] ?? 0, crossings[at + 1] ?? 0].map((x) => Math.round(x) - area.x);
      cover.fill(
        255,
        row * area.width + Math.max(0, left ?? 0),
        row * area.width + Math.min(area.width, Math.max(0, right ?? 0)),
      );
    }
  }
  return fromCover(area, (at) => cover[at] ?? 0);
}

function aroundAll(points: readonly Place[]): Rect | undefined {
  if (points.length < 3) return undefined;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [x, y] = [Math.floor(Math.min(...xs)), Math.floor(Math.min(...ys))];
  return { x, y, width: Math.ceil(Math.max(...xs)) - x, height: Math.ceil(Math.max(...ys)) - y };
}

const clip = (area: Rect | undefined, around: Place | undefined): Rect | undefined =>
  area &&
  around &&
  intersect(area, {
    x: Math.floor(around.x) - mostReach / 2,
    y: Math.floor(around.y) - mostReach / 2,
    width: mostReach,
    height: mostReach,
  });

/**
 * What has the colour of a place, as the layers show it.
 * @param tolerance how far any channel may be from the place's own, from 0 to 1
 * @param isJoined only what hangs together with it
 */
export function selectColour(
  stack: Stack,
  frame: Rect,
  { place, tolerance, isJoined }: { place: Place; tolerance: number; isJoined: boolean },
): Selection {
  const area = clip(union(frame, placeOfAll(shownOf(stack, 'paint'))), place);
  if (!area) return noTiles;
  const plane = { ...area, bytes: new Uint8Array(area.width * area.height) };
  const at = { x: Math.floor(place.x) - area.x, y: Math.floor(place.y) - area.y };
  if (at.x < 0 || at.y < 0 || at.x >= area.width || at.y >= area.height) return noTiles;
  const pixels = flatten(picturesOf(stack), area);
  if (isJoined) {
    fillColour(plane, { ...area, data: pixels }, { ...at, tolerance, isErasing: false });
    return fromCover(area, (index) => plane.bytes[index] ?? 0);
  }
  const seed = (at.y * area.width + at.x) * 4;
  const isLike = (index: number) =>
    [0, 1, 2, 3].every(
      (part) => Math.abs((pixels[index * 4 + part] ?? 0) - (pixels[seed + part] ?? 0)) <= tolerance * 255,
    );
  return fromCover(area, (index) => (isLike(index) ? 255 : 0));
}

/** A rectangle's pixels by how much each is selected. */
function fromCover(area: Rect, coverAt: (index: number) => number): Selection {
  const pixels = new Uint8ClampedArray(area.width * area.height * 4);
  for (let index = 0; index < area.width * area.height; index++) {
    const cover = coverAt(index);
    if (cover > 0) pixels.set([...maskColour, cover], index * 4);
  }
  return writePixels(noTiles, area, pixels);
}

export function joinSelections(
  before: Selection | undefined,
  next: Selection,
  joining: Joining,
): Selection | undefined {
  if (joining === 'replace' || !before)
    return next.size > 0 && joining !== 'subtract' && joining !== 'intersect' ? next : undefined;
  const joined = new Map(joining === 'intersect' ? [] : before);
  for (const [key, tile] of next) {
    const under = before.get(key);
    const made = joinTiles(under, tile, joining);
    if (made) joined.set(key, made);
    else joined.delete(key);
  }
  return joined.size > 0 ? joined : undefined;
}

function joinTiles(under: Tile | undefined, tile: Tile, joining: Joining): Tile | undefined {
  if (joining === 'add' && (!under || tile === fullTile)) return tile;
  if (!under) return undefined;
  if (joining === 'intersect' && tile === fullTile) return under;
  const made = createTile();
  for (let at = 0; at < tileBytes; at += 4) {
    const [a, b] = [under[at + 3] ?? 0, tile[at + 3] ?? 0];
    const cover =
      joining === 'add' ? Math.max(a, b) : joining === 'intersect' ? Math.min(a, b) : Math.min(a, 255 - b);
    if (cover > 0) made.set([...maskColour, cover], at);
  }
  return isEmpty(made) ? undefined : made;
}

/** What of a rectangle is not selected, such as of the frame. What is selected outside of it is left out. */
export const invertSelection = (selection: Selection | undefined, within: Rect): Selection | undefined =>
  joinSelections(selectRect(within), selection ?? noTiles, 'subtract');

/** Fades from full to nothing around its edge. */
export function softenSelection(selection: Selection, radius: number): Selection {
  const bounds = boundsOf(selection);
  // Three passes of a mean reach three times as far.
  const room = radius * 3;
  const area = bounds && {
    x: bounds.x - room,
    y: bounds.y - room,
    width: bounds.width + 2 * room,
    height: bounds.height + 2 * room,
  };
  if (!area || area.width * area.height > 2 * mostReach * mostReach) return selection;
  const pixels = readPixels(selection, area);
  const bytes = new Uint8Array(area.width * area.height);
  for (let at = 0; at < bytes.length; at++) bytes[at] = pixels[at * 4 + 3] ?? 0;
  const soft = blurPlane({ ...area, bytes }, radius);
  return fromCover(area, (at) => soft.bytes[at] ?? 0);
}

/** Changes the pixels of one square by how much of each is selected. */
type ChangePixels = (pixels: Tile, cover: Tile, onPlane: Place) => void;

/** A layer with what is selected of it changed, in pixels of the plane. */
function changeSelected(layer: Layer, selection: Selection, isFilled: boolean, change: ChangePixels): Layer {
  const baked = bake(layer);
  const { x, y } = baked;
  const bounds = boundsOf(selection);
  const tiles = new Map(baked.tiles);
  const own = bounds && { ...bounds, x: bounds.x - x, y: bounds.y - y };
  for (const key of own ? keysIn(own) : []) {
    const before = tiles.get(key);
    if (!before && !isFilled) continue;
    const place = rectOf(key);
    const cover = readPixels(selection, { ...place, x: place.x + x, y: place.y + y });
    if (isEmpty(cover)) continue;
    const tile = createTile();
    if (before) tile.set(before);
    change(tile, cover, shifted(place, baked));
    if (isEmpty(tile)) tiles.delete(key);
    else tiles.set(key, tile);
  }
  return { ...baked, text: undefined, tiles };
}

/** A layer that is another one where something is selected, and half of each where half is. */
export function mixSelected(layer: Layer, other: Layer, selection: Selection): Layer {
  const baked = bake(other);
  return changeSelected(bake(layer), selection, true, (pixels, cover, { x, y }) => {
    const above = readPixels(baked.tiles, {
      x: x - baked.x,
      y: y - baked.y,
      width: tileSize,
      height: tileSize,
    });
    for (let at = 0; at < tileBytes; at += 4) {
      const share = (cover[at + 3] ?? 0) / 255;
      const [under, over] = [(pixels[at + 3] ?? 0) * (1 - share), (above[at + 3] ?? 0) * share];
      if (share === 0) continue;
      pixels[at + 3] = under + over;
      if (under + over === 0) continue;
      for (let part = 0; part < 3; part++)
        pixels[at + part] =
          ((pixels[at + part] ?? 0) * under + (above[at + part] ?? 0) * over) / (under + over);
    }
  });
}

/** Without what is selected. */
export const eraseSelected = (layer: Layer, selection: Selection): Layer =>
  changeSelected(layer, selection, false, (pixels, cover) => {
    for (let at = 3; at < tileBytes; at += 4)
      pixels[at] = Math.round(((pixels[at] ?? 0) * (255 - (cover[at] ?? 0))) / 255);
  });

/** With one colour over what is selected. */
export const fillSelected = (
  layer: Layer,
  selection: Selection,
  colour: readonly [red: number, green: number, blue: number],
): Layer =>
  changeSelected(layer, selection, true, (pixels, cover) => {
    for (let at = 0; at < tileBytes; at += 4) cover.set(colour, at);
    layOver(pixels, cover);
  });

/** Nothing but what is selected. */
export function keepSelected(layer: Layer, selection: Selection): Layer {
  const kept = changeSelected(layer, selection, false, (pixels, cover) => {
    for (let at = 3; at < tileBytes; at += 4)
      pixels[at] = Math.round(((pixels[at] ?? 0) * (cover[at] ?? 0)) / 255);
  });
  const bounds = boundsOf(selection);
  if (!bounds) return { ...kept, tiles: noTiles };
  const own = { ...bounds, x: bounds.x - kept.x, y: bounds.y - kept.y };
  const keys = new Set(keysIn(own));
  const tiles = [...kept.tiles].filter(
    ([key]) => keys.has(key) && !isEmpty(readPixels(selection, shifted(rectOf(key), kept))),
  );
  return { ...kept, tiles: new Map(tiles) };
}

const shifted = (rect: Rect, { x, y }: Place): Rect => ({ ...rect, x: rect.x + x, y: rect.y + y });
