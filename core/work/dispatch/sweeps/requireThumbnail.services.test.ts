import { afterAll, beforeAll, expect, test } from 'vitest';
import { Asset } from '../../../ground/db/models/asset.ts';
import { createRedis, type Redis } from '../../../ground/redis/createRedis.ts';
import { drawingKey } from '../../../ground/redis/redisKeys.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createDispatchSetup, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createFilm } from '../../../testing/pictures.ts';
import { requireThumbnail } from './requireThumbnail.ts';

const setup = fixture(createDispatchSetup);
/** One for each of two processes. */
let connections: Redis[];
let film: Buffer;

beforeAll(() => {
  connections = [1, 2].map(() => createRedis({ url: setup.redisUrl }));
  film = createFilm(['testsrc=size=64x48:duration=0.2']);
});
afterAll(() => {
  for (const redis of connections ?? []) redis.disconnect();
});

const thumbnailOf = (id: string) => `thumbnails/${id}.webp`;
const find = (id: string) => Asset.query(setup.database).findById(id).throwIfNotFound();

/** A film as its task leaves it, and how often its poster is stored. */
async function insertFilm(bytes = film, change: Partial<Asset> = {}) {
  const id = newId();
  const storageKey = `outputs/${id}/${'a'.repeat(64)}.mp4`;
  await setup.storage.put(storageKey, bytes, { mime: 'video/mp4' });
  await Asset.query(setup.database).insert({
    id,
    userId: setup.userId,
    kind: 'output',
    mime: 'video/mp4',
    width: 64,
    height: 48,
    bytes: 1,
    sha256: 'a'.repeat(64),
    storageKey,
    createdAt: new Date(),
    ...change,
  });
  const stored: string[] = [];
  const { storage } = setup;
  const put: typeof storage.put = (key, ...rest) => {
    stored.push(key);
    return storage.put(key, ...rest);
  };
  const watched = { open: storage.open.bind(storage), put };
  const ask = (process = 0) =>
    requireThumbnail(
      {
        database: setup.database,
        storage: watched,
        redis: connections[process] as Redis,
        prefix: setup.prefix,
        clock: systemClock,
        logger: silentLogger,
        tempDirectory: setup.directory,
      },
      id,
    );
  return { id, ask, stored };
}

test('all who ask for the poster of a completed film get it, and it is drawn once', async () => {
  const { id, ask, stored } = await insertFilm();
  const keys = await Promise.all(Array.from({ length: 12 }, (_, at) => ask(at % 2)));
  expect(keys).toEqual(keys.map(() => thumbnailOf(id)));
  expect(stored).toEqual([thumbnailOf(id)]);
  expect(await setup.storage.stat(thumbnailOf(id))).toMatchObject({ mime: 'image/webp' });
  expect(await find(id)).toMatchObject({ thumbnailKey: thumbnailOf(id), thumbnailTries: 1 });
  // Who asks later reads it, and nothing is left of the claim.
  expect([await ask(), stored.length]).toEqual([thumbnailOf(id), 1]);
  expect(await connections[0]?.exists(drawingKey(setup.prefix, id))).toBe(0);
});

test('a poster that cannot be drawn is given up after three tries, and is not asked for again', async () => {
  const { id, ask, stored } = await insertFilm(Buffer.from('no film at all'));
  for (const _try of [1, 2, 3]) await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
  expect(await ask()).toBeUndefined();
  expect(await find(id)).toMatchObject({ thumbnailKey: null, thumbnailTries: null });
  expect(stored).toEqual([]);
});

test('the poster of a deleted film is not drawn', async () => {
  const { ask, stored } = await insertFilm(film, { deletedAt: new Date() });
  await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
  expect(stored).toEqual([]);
});

test('where Redis does not answer, people are told to ask again, and no try is counted', async () => {
  const { id, ask, stored } = await insertFilm();
  connections[1]?.disconnect();
  await expect(ask(1)).rejects.toMatchObject({ code: 'unavailable' });
  expect(stored).toEqual([]);
  expect(await find(id)).toMatchObject({ thumbnailKey: null, thumbnailTries: 0 });
  expect(await ask(0)).toBe(thumbnailOf(id));
});
