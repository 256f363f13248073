import { encodeColourPng } from '@star-graph/ui/pictures/mask/encodePng';
import type { Board, Layer } from './engine/board.ts';
import { decodePng } from './engine/decodePng.ts';
import { createLayer } from './engine/layers.ts';
import { columnOf, rowOf, type Tile, type Tiles, tileBytes, tileKey, tileSize } from './engine/tiles.ts';

/** Where a square is stored: a file, and its place in it from above. */
export interface StoredAt {
  file: string;
  at: number;
}

/** What the server keeps of a layer. */
export type StoredLayer = Omit<Layer, 'tiles'> & { tiles: string };

/** Of one file, one below the other. */
export const squaresAFile = 64;
/** A file is written anew when fewer of its squares are in use. */
const leastUse = 1 / 3;

/** Which squares of a board have no place yet, or one in a file that is hardly in use. */
export function findUnstored(
  { layers }: Pick<Board, 'layers'>,
  placeOf: (tile: Tile) => StoredAt | undefined,
  sizeOf: (file: string) => number,
): Tile[] {
  const tiles = new Set(layers.flatMap((layer) => [...layer.tiles.values()]));
  const used = new Map<string, number>();
  for (const tile of tiles) {
    const file = placeOf(tile)?.file;
    if (file !== undefined) used.set(file, (used.get(file) ?? 0) + 1);
  }
  return [...tiles].filter((tile) => {
    const file = placeOf(tile)?.file;
    return file === undefined || (used.get(file) ?? 0) < sizeOf(file) * leastUse;
  });
}

/** Squares as one file, to the byte. */
export function encodeSquares(tiles: readonly Tile[]): Promise<Blob> {
  const size = { width: tileSize, height: tileSize * tiles.length };
  return encodeColourPng(size, (row) => {
    const from = (row % tileSize) * tileSize * 4;
    return (tiles[Math.floor(row / tileSize)] as Tile).subarray(from, from + tileSize * 4);
  });
}

/** @throws where it is no such file */
export async function decodeSquares(file: Uint8Array<ArrayBuffer>): Promise<Tile[]> {
  const { width, height, bytes } = await decodePng(file);
  if (width !== tileSize || height % tileSize !== 0) throw new Error('this file holds no squares');
  return Array.from({ length: height / tileSize }, (_, at) =>
    bytes.slice(at * tileBytes, (at + 1) * tileBytes),
  );
}

/** A board as the server keeps it; each of its squares has a place. */
export function storeLayers(
  { layers }: Pick<Board, 'layers'>,
  placeOf: (tile: Tile) => StoredAt,
): { layers: StoredLayer[]; files: string[] } {
  const files: string[] = [];
  const stored = layers.map((layer) => {
    const tiles = [...layer.tiles].map(([key, tile]) => {
      const { file, at } = placeOf(tile);
      if (!files.includes(file)) files.push(file);
      return [columnOf(key), rowOf(key), files.indexOf(file), at].join(',');
    });
    return { ...layer, tiles: tiles.join(';') };
  });
  return { layers: stored, files };
}

/** The layers again. A square whose file is gone is left out. @returns how many were left out, too */
export function readLayers(
  stored: readonly StoredLayer[],
  findTile: (file: number, at: number) => Tile | undefined,
): { layers: Layer[]; lost: number } {
  let lost = 0;
  const layers = stored.map(({ tiles: text, ...rest }) => {
    const tiles = new Map<number, Tile>();
    for (const part of text === '' ? [] : text.split(';')) {
      const [column = Number.NaN, row = Number.NaN, file = -1, at = -1] = part.split(',').map(Number);
      const tile = findTile(file, at);
      if (tile && Math.abs(column) < 32_768 && Math.abs(row) < 32_768) tiles.set(tileKey(column, row), tile);
      else lost += 1;
    }
    return { ...rest, tiles: tiles as Tiles };
  });
  return { layers, lost };
}

/** Of squares that a board may hold in memory: 400 MiB. */
export const mostSquares = 1_600;

/** How many squares a board holds in memory; those that layers share count once. */
export const countSquares = ({ layers }: Pick<Board, 'layers'>): number =>
  new Set(layers.flatMap(({ tiles }) => [...tiles.values()])).size;

/** What a new project begins with. */
export function createBoard(name: string): Board {
  const layer = createLayer('paint', name);
  return {
    layers: [layer],
    groups: [],
    frame: { x: 0, y: 0, width: 1_024, height: 1_024 },
    chosen: layer.id,
  };
}
