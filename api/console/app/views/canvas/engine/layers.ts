import { type BlendMode, layOver } from './blend.ts';
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

export interface Layer {
  id: string;
  /**
   * - `paint`: a picture, whatever it was made by;
   * - `mask`: says where the picture is redrawn;
   * - `control`: models follow its lines, pose or depth;
   * - `reference`: models that edit are given it beside the picture.
   * Only the first is in the picture.
   */
  kind: 'paint' | 'mask' | 'control' | 'reference';
  name: string;
  opacity: number;
  isHidden: boolean;
  isLocked: boolean;
  /** Where its own origin lies on the plane. */
  x: number;
  y: number;
  scale: number;
  /** Degrees around its own origin, clockwise. */
  turn?: number | undefined;
  /** How it is laid over what lies below; undefined: as it is. */
  blend?: BlendMode | undefined;
  /** Of one to follow. */
  control?: Control | undefined;
  /** Its pixels are drawn from this, until they are painted on. */
  text?: LayerText | undefined;
  tiles: Tiles;
}

export interface Control {
  follow: 'canny' | 'openpose' | 'depth';
  /** Whether it is what models follow already, or a photo in which it is found. */
  reference: 'map' | 'photo';
  /** From 0 to 2. */
  strength: number;
}

export interface LayerText {
  words: string;
  /** Pixels. */
  size: number;
  colour: string;
  font: 'sans-serif' | 'serif' | 'monospace' | 'cursive';
  isBold: boolean;
}

/** Everything that undo takes back. It is never changed: a step makes a new one. */
export interface Board {
  /** From the lowest to the highest. */
  layers: readonly Layer[];
  frame: Rect;
  /** Which layer the tools work on. */
  chosen: string | undefined;
  /** What painting, erasing and filling keep to; it is not saved. */
  selection?: Tiles | undefined;
}

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

/** Above the chosen one of its kind, or else above all of its kind; masks and the like lie above pictures. */
export function addLayer(board: Board, layer: Layer): Board {
  const layers = [...board.layers];
  const chosen = layers.findIndex(({ id, kind }) => id === board.chosen && kind === layer.kind);
  const highest = layers.findLastIndex(({ kind }) => layer.kind !== 'paint' || kind === 'paint');
  layers.splice((chosen < 0 ? highest : chosen) + 1, 0, layer);
  return { ...board, layers, chosen: layer.id };
}

export const changeLayer = (board: Board, id: string, change: Partial<Omit<Layer, 'id'>>): Board => ({
  ...board,
  layers: board.layers.map((layer) => (layer.id === id ? { ...layer, ...change } : layer)),
});

/** The one below is chosen then, or else the one above. */
export function removeLayer(board: Board, id: string): Board {
  const at = board.layers.findIndex((layer) => layer.id === id);
  const layers = board.layers.filter((layer) => layer.id !== id);
  return { ...board, layers, chosen: (layers[at - 1] ?? layers[at])?.id };
}

/** @param by 1: upwards */
export function reorderLayer(board: Board, id: string, by: 1 | -1): Board {
  const at = board.layers.findIndex((layer) => layer.id === id);
  const layers = [...board.layers];
  const [layer] = layers.splice(at, 1);
  if (!layer || at + by < 0 || at + by > layers.length) return board;
  layers.splice(at + by, 0, layer);
  return { ...board, layers };
}

export function duplicateLayer(board: Board, id: string, name: string): Board {
  const layer = board.layers.find((one) => one.id === id);
  if (!layer) return board;
  return addLayer({ ...board, chosen: id }, { ...layer, id: crypto.randomUUID(), name });
}

/** Into the one below of the same kind, as both are seen; undefined where there is none. */
export function mergeDown(board: Board, id: string): Board | undefined {
  const at = board.layers.findIndex((layer) => layer.id === id);
  const [upper, lower] = [board.layers[at], board.layers[at - 1]];
  if (!upper || !lower || upper.kind !== lower.kind || upper.isLocked || lower.isLocked) return undefined;
  const area = union(placeOf(lower), placeOf(upper));
  const tiles = area ? writePixels(noTiles, area, flatten([lower, upper], area)) : noTiles;
  const merged = { ...lower, text: undefined, opacity: 1, isHidden: false, ...untransformed, tiles };
  const layers = board.layers.flatMap((layer) =>
    layer === upper ? [] : layer === lower ? [merged] : [layer],
  );
  return { ...board, layers, chosen: lower.id };
}

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

/** With its pixels the other way round, in the same place; no pixel changes. */
export function mirrorLayer(layer: Layer, axis: 'across' | 'down'): Layer {
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
  return { ...layer, text: undefined, tiles: writePixels(noTiles, bounds, mirrored) };
}

export const placeOfAll = (layers: readonly Layer[]): Rect | undefined =>
  layers.reduce<Rect | undefined>((all, layer) => union(all, placeOf(layer)), undefined);

/** Pixels of a part of the plane as the layers show them, hidden ones left out. */
export function flatten(layers: readonly Layer[], rect: Rect): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(rect.width * rect.height * 4);
  for (const layer of layers)
    if (!layer.isHidden) layOver(pixels, readLayer(layer, rect), layer.opacity, layer.blend);
  return pixels;
}

export const picturesOf = ({ layers }: Pick<Board, 'layers'>): Layer[] =>
  layers.filter(({ kind }) => kind === 'paint');
/** What models are given beside the picture, as far as it is shown. */
export const givenOf = ({ layers }: Pick<Board, 'layers'>, kind: 'control' | 'reference'): Layer[] =>
  layers.filter((layer) => layer.kind === kind && !layer.isHidden && layer.tiles.size > 0);
export const masksOf = ({ layers }: Pick<Board, 'layers'>): Layer[] =>
  layers.filter(({ kind }) => kind === 'mask');

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
