import { layOver } from './blend.ts';
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
  /** A mask says where the picture is redrawn; it is in no picture. */
  kind: 'paint' | 'mask';
  name: string;
  opacity: number;
  isHidden: boolean;
  isLocked: boolean;
  /** Where its own origin lies on the plane. */
  x: number;
  y: number;
  scale: number;
  tiles: Tiles;
}

/** Everything that undo takes back. It is never changed: a step makes a new one. */
export interface Board {
  /** From the lowest to the highest. */
  layers: readonly Layer[];
  frame: Rect;
  /** Which layer the tools work on. */
  chosen: string | undefined;
}

export const mostLayers = 40;

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

/** Above the chosen one of its kind, or else above all of its kind; masks lie above pictures. */
export function addLayer(board: Board, layer: Layer): Board {
  const layers = [...board.layers];
  const chosen = layers.findIndex(({ id, kind }) => id === board.chosen && kind === layer.kind);
  const highest = layers.findLastIndex(({ kind }) => layer.kind === 'mask' || kind === 'paint');
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
  const merged = { ...lower, opacity: 1, isHidden: false, x: 0, y: 0, scale: 1, tiles };
  const layers = board.layers.flatMap((layer) =>
    layer === upper ? [] : layer === lower ? [merged] : [layer],
  );
  return { ...board, layers, chosen: lower.id };
}

/** What a layer covers of the plane. */
export function placeOf({ tiles, x, y, scale }: Layer): Rect | undefined {
  const bounds = boundsOf(tiles);
  if (!bounds) return undefined;
  const [left, top] = [Math.floor(x + bounds.x * scale), Math.floor(y + bounds.y * scale)];
  return {
    x: left,
    y: top,
    width: Math.ceil(x + (bounds.x + bounds.width) * scale) - left,
    height: Math.ceil(y + (bounds.y + bounds.height) * scale) - top,
  };
}

export const placeOfAll = (layers: readonly Layer[]): Rect | undefined =>
  layers.reduce<Rect | undefined>((all, layer) => union(all, placeOf(layer)), undefined);

/** Pixels of a part of the plane as the layers show them, hidden ones left out. */
export function flatten(layers: readonly Layer[], rect: Rect): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(rect.width * rect.height * 4);
  for (const layer of layers) if (!layer.isHidden) layOver(pixels, readLayer(layer, rect), layer.opacity);
  return pixels;
}

export const picturesOf = ({ layers }: Pick<Board, 'layers'>): Layer[] =>
  layers.filter(({ kind }) => kind === 'paint');
export const masksOf = ({ layers }: Pick<Board, 'layers'>): Layer[] =>
  layers.filter(({ kind }) => kind === 'mask');

/** A layer's pixels in a part of the plane; to the byte where it is not scaled. */
function readLayer(layer: Layer, rect: Rect): Uint8ClampedArray<ArrayBuffer> {
  const { x, y, scale, tiles } = layer;
  if (scale === 1) return readPixels(tiles, { ...rect, x: rect.x - x, y: rect.y - y });
  const pixels = new Uint8ClampedArray(rect.width * rect.height * 4);
  const place = placeOf(layer);
  const part = place && intersect(place, rect);
  if (part) resample(layer, rect, part, pixels);
  return pixels;
}

/** As many samples along a side as source pixels fall into one of the target. */
const mostSamples = 8;

function resample({ x, y, scale, tiles }: Layer, rect: Rect, part: Rect, into: Uint8ClampedArray): void {
  const source = {
    x: Math.floor((part.x - x) / scale) - 1,
    y: Math.floor((part.y - y) / scale) - 1,
    width: Math.ceil(part.width / scale) + 3,
    height: Math.ceil(part.height / scale) + 3,
  };
  const pixels = readPixels(tiles, source);
  const samples = Math.max(1, Math.min(mostSamples, Math.round(1 / scale)));
  const sum = [0, 0, 0, 0];
  for (let row = part.y; row < part.y + part.height; row++)
    for (let column = part.x; column < part.x + part.width; column++) {
      sum.fill(0);
      for (let down = 0; down < samples; down++)
        for (let across = 0; across < samples; across++)
          addSample(
            sum,
            pixels,
            source,
            (column + (across + 0.5) / samples - x) / scale - 0.5 - source.x,
            (row + (down + 0.5) / samples - y) / scale - 0.5 - source.y,
          );
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
  if (layer.scale === 1) return layer;
  const place = placeOf(layer);
  const tiles = place ? writePixels(noTiles, place, readLayer(layer, place)) : noTiles;
  return { ...layer, x: 0, y: 0, scale: 1, tiles };
}
