import { layOver } from './blend.ts';
import type { Board, Group, Layer } from './board.ts';
import {
  arrange,
  groupsAround,
  isApart,
  isBranch,
  isHiddenIn,
  isLockedIn,
  layersOf,
  type Stack,
  type StackNode,
  treeOf,
} from './groups.ts';
import {
  boundsOf,
  intersect,
  noTiles,
  type Rect,
  readPixels,
  type Tiles,
  union,
  writePixels,
} from './tiles.ts';

export const mostLayers = 40;

const untransformed = { x: 0, y: 0, scale: 1, turn: undefined };

export const createLayer = (kind: Layer['kind'], name: string, tiles: Tiles = noTiles): Layer => ({
  id: crypto.randomUUID(),
  kind,
  name,
  opacity: 1,
  isHidden: false,
  isLocked: false,
  x: 0,
  y: 0,
  scale: 1,
  tiles,
});

export const chosenLayer = ({ layers, chosen }: Board): Layer | undefined =>
  layers.find(({ id }) => id === chosen);

/** The chosen layer, where it may be painted on. */
export function openLayer(board: Board): Layer | undefined {
  const layer = chosenLayer(board);
  return layer && !isLockedIn(board, layer) && !isHiddenIn(board, layer) ? layer : undefined;
}

/**
 * Above the chosen one of its kind, or else above all of its kind; masks and the like lie above pictures. It is put into
 * the chosen group, as far as that is neither hidden nor locked.
 */
export const addLayer = (board: Board, layer: Layer): Board =>
  addStack(board, { layers: [layer], groups: [] });

export function addStack(board: Board, { layers: added, groups }: Stack): Board {
  const highest = added.at(-1);
  if (!highest) return board;
  const { kind } = highest;
  const isOf = (layer: Layer) => kind !== 'paint' || layer.kind === 'paint';
  const inChosen = board.chosen === undefined ? undefined : layersOf(board, [board.chosen]).findLast(isOf);
  const hostOf = inChosen && (inChosen.id !== board.chosen || inChosen.kind === kind) ? inChosen : undefined;
  const around = hostOf ? groupsAround(board, hostOf) : [];
  const closed = around.findLast(({ isHidden, isLocked }) => isHidden || isLocked);
  // Beside a closed group, which is above all that lies in it.
  const host = closed ? layersOf(board, [closed.id]).at(-1) : hostOf;
  const group = closed ? closed.group : hostOf?.group;
  const at = (host ? board.layers.indexOf(host) : board.layers.findLastIndex(isOf)) + 1;
  const own = new Set(groups.map(({ id }) => id));
  const into = <One extends Layer | Group>(one: One): One =>
    one.group !== undefined && own.has(one.group) ? one : { ...one, group };
  const stack = arrange({
    layers: board.layers.toSpliced(at, 0, ...added.map(into)),
    groups: [...board.groups, ...groups.map(into)],
  });
  return { ...board, ...stack, chosen: highest.id, alsoChosen: undefined };
}

export const changeLayer = (board: Board, id: string, change: Partial<Omit<Layer, 'id'>>): Board => ({
  ...board,
  layers: board.layers.map((layer) => (layer.id === id ? { ...layer, ...change } : layer)),
});

/** Into the one below of the same kind, as both are seen; undefined where there is none in its group. */
export function mergeDown(board: Board, id: string): Board | undefined {
  const at = board.layers.findIndex((layer) => layer.id === id);
  const [upper, lower] = [board.layers[at], board.layers[at - 1]];
  if (!upper || !lower || upper.group !== lower.group) return undefined;
  return merge(board, { layers: [lower, upper], groups: [] }, { ...lower, opacity: 1, isHidden: false });
}

/** All of a group into one layer with its name, as they are seen; undefined where they are of several kinds. */
export function mergeGroup(board: Board, id: string): Board | undefined {
  const own = board.groups.find((group) => group.id === id);
  const layers = layersOf(board, [id]);
  const [lowest] = layers;
  if (!own || !lowest) return undefined;
  const { name, group, opacity, isHidden } = own;
  const blend = own.blend === 'normal' ? undefined : own.blend;
  const groups = board.groups.filter((one) => groupsAround(board, one).includes(own));
  return merge(board, { layers, groups }, { ...lowest, name, group, opacity, isHidden, blend });
}

/** @param as what is left of them; undefined where one is of another kind or locked */
function merge(board: Board, merged: Stack, as: Layer): Board | undefined {
  const [lowest] = merged.layers;
  if (merged.layers.some((layer) => layer.kind !== as.kind || isLockedIn(board, layer))) return undefined;
  const area = placeOfAll(merged.layers);
  const tiles = area ? writePixels(noTiles, area, flatten(merged, area)) : noTiles;
  const left = { ...as, text: undefined, ...untransformed, tiles };
  const layers = board.layers.flatMap((layer) =>
    layer === lowest ? [left] : merged.layers.includes(layer) ? [] : [layer],
  );
  return { ...board, ...arrange({ ...board, layers }), chosen: left.id, alsoChosen: undefined };
}

/** Without what said where to redraw: that part is redrawn. Masks of other parts stay. */
export const hideMasks = (board: Board, redrawn: Rect): Board => ({
  ...board,
  layers: board.layers.map((layer) => {
    const place = layer.kind === 'mask' ? placeOf(layer) : undefined;
    return place && intersect(place, redrawn) ? { ...layer, isHidden: true } : layer;
  }),
});

type Transform = Pick<Layer, 'x' | 'y' | 'scale' | 'turn'>;

interface Place {
  x: number;
  y: number;
}

const arcOf = ({ turn = 0 }: Transform) => (turn * Math.PI) / 180;

/** Where a pixel of a layer lies on the plane. */
export function fromLayer(layer: Transform, { x, y }: Place): Place {
  const [cos, sin] = [Math.cos(arcOf(layer)), Math.sin(arcOf(layer))];
  const { scale } = layer;
  return { x: layer.x + scale * (cos * x - sin * y), y: layer.y + scale * (sin * x + cos * y) };
}

/** Which pixel of a layer lies at a place of the plane. */
export function toLayer(layer: Transform, { x, y }: Place): Place {
  const [cos, sin] = [Math.cos(arcOf(layer)), Math.sin(arcOf(layer))];
  const by = { x: (x - layer.x) / layer.scale, y: (y - layer.y) / layer.scale };
  return { x: cos * by.x + sin * by.y, y: cos * by.y - sin * by.x };
}

export const cornersOfRect = ({ x, y, width, height }: Rect): readonly Place[] => [
  { x, y },
  { x: x + width, y },
  { x: x + width, y: y + height },
  { x, y: y + height },
];

/** The smallest rectangle of whole pixels around places. A turn's sine is hardly ever a whole number. */
function around(places: readonly Place[]): Rect {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [x, y] = [Math.floor(Math.min(...xs) + 1e-6), Math.floor(Math.min(...ys) + 1e-6)];
  return {
    x,
    y,
    width: Math.ceil(Math.max(...xs) - 1e-6) - x,
    height: Math.ceil(Math.max(...ys) - 1e-6) - y,
  };
}

/** What a layer covers of the plane. */
export function placeOf(layer: Layer): Rect | undefined {
  const bounds = boundsOf(layer.tiles);
  return bounds && around(cornersOfRect(bounds).map((corner) => fromLayer(layer, corner)));
}

/** Scaled or turned around its own middle, or about a place that stays. */
export function transformLayer(
  layer: Layer,
  change: { scale?: number; turn?: number },
  fixed?: Place,
): Layer {
  const bounds = boundsOf(layer.tiles) ?? { x: 0, y: 0, width: 0, height: 0 };
  const middle = { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 };
  const own = fixed ? toLayer(layer, fixed) : middle;
  const before = fromLayer(layer, own);
  const turn = (((((change.turn ?? layer.turn ?? 0) + 180) % 360) + 360) % 360) - 180;
  const changed = { ...layer, scale: change.scale ?? layer.scale, turn: turn === 0 ? undefined : turn };
  const after = fromLayer(changed, own);
  return {
    ...changed,
    x: Math.round(layer.x + before.x - after.x),
    y: Math.round(layer.y + before.y - after.y),
  };
}

/** With its pixels the other way round, about its own middle or about a place; no pixel changes. */
export function mirrorLayer(layer: Layer, axis: 'across' | 'down', about?: Place): Layer {
  const bounds = boundsOf(layer.tiles);
  if (!bounds) return layer;
  const { width, height } = bounds;
  const [pixels, mirrored] = [readPixels(layer.tiles, bounds), readPixels(noTiles, bounds)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = axis === 'across' ? (y * width + width - 1 - x) * 4 : ((height - 1 - y) * width + x) * 4;
      mirrored.set(pixels.subarray(from, from + 4), to);
    }
  const flipped = { ...layer, text: undefined, tiles: writePixels(noTiles, bounds, mirrored) };
  if (!about) return flipped;
  const middle = { x: bounds.x + width / 2, y: bounds.y + height / 2 };
  const [own, { turn = 0 }] = [fromLayer(layer, middle), layer];
  const turned = { ...flipped, turn: turn === 0 ? undefined : -turn };
  const now = fromLayer(turned, middle);
  const wanted = axis === 'across' ? { ...own, x: 2 * about.x - own.x } : { ...own, y: 2 * about.y - own.y };
  return { ...turned, x: Math.round(layer.x + wanted.x - now.x), y: Math.round(layer.y + wanted.y - now.y) };
}

export const placeOfAll = (layers: readonly Layer[]): Rect | undefined =>
  layers.reduce<Rect | undefined>((all, layer) => union(all, placeOf(layer)), undefined);

/** Pixels of a part of the plane as the layers show them, hidden ones left out. */
export function flatten(stack: Stack, rect: Rect): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(rect.width * rect.height * 4);
  layNodes(pixels, treeOf(stack), rect);
  return pixels;
}

function layNodes(pixels: Uint8ClampedArray, nodes: readonly StackNode[], rect: Rect): void {
  for (const node of nodes) {
    if (!isBranch(node)) {
      if (!node.isHidden) layOver(pixels, readLayer(node, rect), node.opacity, node.blend);
      continue;
    }
    const { isHidden, opacity, blend } = node.own;
    if (isHidden) continue;
    const onto = isApart(node.own) ? new Uint8ClampedArray(pixels.length) : pixels;
    layNodes(onto, node.nodes, rect);
    if (onto !== pixels) layOver(pixels, onto, opacity, blend === 'normal' ? undefined : blend);
  }
}

/** All that are in the picture, hidden ones too. */
export const picturesOf = ({ layers, groups }: Stack): Stack => ({
  layers: layers.filter(({ kind }) => kind === 'paint'),
  groups,
});
export const shownOf = (stack: Stack, kind: Layer['kind']): Layer[] =>
  stack.layers.filter((layer) => layer.kind === kind && !isHiddenIn(stack, layer));

const isAsItIs = ({ scale, turn = 0 }: Transform): boolean => scale === 1 && turn === 0;

/** A layer's pixels in a part of the plane; to the byte where it is neither scaled nor turned. */
export function readLayer(layer: Layer, rect: Rect): Uint8ClampedArray<ArrayBuffer> {
  const { x, y, tiles } = layer;
  if (isAsItIs(layer)) return readPixels(tiles, { ...rect, x: rect.x - x, y: rect.y - y });
  const pixels = new Uint8ClampedArray(rect.width * rect.height * 4);
  const place = placeOf(layer);
  const part = place && intersect(place, rect);
  if (part) resample(layer, rect, part, pixels);
  return pixels;
}

/** As many samples along a side as source pixels fall into one of the target. */
const mostSamples = 8;

function resample(layer: Layer, rect: Rect, part: Rect, into: Uint8ClampedArray): void {
  const { scale, tiles } = layer;
  const wanted = around(cornersOfRect(part).map((corner) => toLayer(layer, corner)));
  const known = boundsOf(tiles);
  const source =
    known &&
    intersect(known, {
      x: wanted.x - 2,
      y: wanted.y - 2,
      width: wanted.width + 4,
      height: wanted.height + 4,
    });
  if (!source) return;
  const pixels = readPixels(tiles, source);
  const arc = arcOf(layer);
  const [cos, sin] = [Math.cos(arc) / scale, Math.sin(arc) / scale];
  const samples = Math.max(1, Math.min(mostSamples, Math.round(1 / scale)));
  const sum = [0, 0, 0, 0];
  for (let row = part.y; row < part.y + part.height; row++)
    for (let column = part.x; column < part.x + part.width; column++) {
      sum.fill(0);
      for (let down = 0; down < samples; down++)
        for (let across = 0; across < samples; across++) {
          const x = column + (across + 0.5) / samples - layer.x;
          const y = row + (down + 0.5) / samples - layer.y;
          addSample(
            sum,
            pixels,
            source,
            cos * x + sin * y - 0.5 - source.x,
            cos * y - sin * x - 0.5 - source.y,
          );
        }
      const at = ((row - rect.y) * rect.width + column - rect.x) * 4;
      const [red = 0, green = 0, blue = 0, alpha = 0] = sum;
      if (alpha === 0) continue;
      into[at] = red / alpha;
      into[at + 1] = green / alpha;
      into[at + 2] = blue / alpha;
      into[at + 3] = alpha / (samples * samples);
    }
}

/** Between four pixels, each colour counted by its opacity. */
function addSample(
  sum: number[],
  pixels: Uint8ClampedArray,
  { width, height }: Rect,
  x: number,
  y: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  for (let down = 0; down < 2; down++)
    for (let across = 0; across < 2; across++) {
      const [column, row] = [left + across, top + down];
      if (column < 0 || row < 0 || column >= width || row >= height) continue;
      const weight = Math.abs(1 - across - (x - left)) * Math.abs(1 - down - (y - top));
      const at = (row * width + column) * 4;
      const alpha = (pixels[at + 3] ?? 0) * weight;
      for (let part = 0; part < 3; part++) sum[part] = (sum[part] ?? 0) + (pixels[at + part] ?? 0) * alpha;
      sum[3] = (sum[3] ?? 0) + alpha;
    }
}

/** The same layer with its own pixels those of the plane, as painting needs it. */
export function bake(layer: Layer): Layer {
  if (isAsItIs(layer)) return layer;
  const place = placeOf(layer);
  const tiles = place ? writePixels(noTiles, place, readLayer(layer, place)) : noTiles;
  return { ...layer, ...untransformed, tiles };
}
