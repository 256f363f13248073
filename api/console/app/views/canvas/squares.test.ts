import { expect, test } from 'vitest';
import { createLayer } from './engine/layers.ts';
import { createTile, noTiles, type Tile, tileKey } from './engine/tiles.ts';
import { newProjectId } from './projectId.ts';
import {
  countSquares,
  decodeSquares,
  encodeSquares,
  findUnstored,
  readLayers,
  type StoredAt,
  storeLayers,
} from './squares.ts';

const tileOf = (value: number): Tile => createTile().fill(value);

test('layers are the same after they were stored and read', async () => {
  const [a, b, c] = [tileOf(1), tileOf(2), tileOf(3)];
  const sky = {
    ...createLayer(
      'paint',
      'Sky',
      new Map([
        [tileKey(-3, 4), a],
        [tileKey(0, 0), b],
      ]),
    ),
    x: -7,
    scale: 0.5,
    opacity: 0.25,
  };
  const mask = {
    ...createLayer(
      'mask',
      'Mask',
      new Map([
        [tileKey(1, -1), c],
        [tileKey(2, 2), a],
      ]),
    ),
    isHidden: true,
  };
  const places = new Map<Tile, StoredAt>([
    [a, { file: 'one', at: 0 }],
    [b, { file: 'two', at: 0 }],
    [c, { file: 'two', at: 1 }],
  ]);
  const board = { layers: [sky, mask] };
  const stored = storeLayers(board, (tile) => places.get(tile) as StoredAt);
  expect(stored.files).toEqual(['one', 'two']);
  const files = await Promise.all(
    [[a], [b, c]].map(async (tiles) =>
      decodeSquares(new Uint8Array(await (await encodeSquares(tiles)).arrayBuffer())),
    ),
  );
  const read = readLayers(stored.layers, (file, at) => files[file]?.[at]);
  expect(read).toEqual({ layers: [sky, mask], lost: 0 });
  expect(countSquares(board)).toBe(3);
});

test('a square whose file is gone is left out and counted', () => {
  const layer = { ...createLayer('paint', 'Sky'), tiles: '0,0,0,0;1,0,1,0;x;99999999,0,0,0' };
  const read = readLayers([layer], (file) => (file === 0 ? tileOf(5) : undefined));
  expect([read.layers[0]?.tiles.size, read.lost]).toEqual([1, 3]);
});

test('only what has changed is sent, and a file that is hardly in use is written anew', () => {
  const [kept, lonely, fresh] = [tileOf(1), tileOf(2), tileOf(3)];
  const layer = createLayer(
    'paint',
    'Sky',
    new Map([kept, lonely, fresh, kept].map((tile, at) => [tileKey(at, 0), tile])),
  );
  const places = new Map<Tile, StoredAt>([
    [kept, { file: 'small', at: 0 }],
    [lonely, { file: 'large', at: 9 }],
  ]);
  const sizes: Record<string, number> = { small: 2, large: 10 };
  const unstored = findUnstored(
    { layers: [layer] },
    (tile) => places.get(tile),
    (file) => sizes[file] ?? 0,
  );
  expect(unstored).toEqual([lonely, fresh]);
  expect(
    findUnstored(
      { layers: [createLayer('paint', 'Empty', noTiles)] },
      () => undefined,
      () => 0,
    ),
  ).toEqual([]);
});

test('ids of projects are those of the server, and sort by their time', () => {
  const ids = [1_700_000_000_000, 1_800_000_000_000].map((now) => newProjectId(now));
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids).toEqual(ids.toSorted());
});
