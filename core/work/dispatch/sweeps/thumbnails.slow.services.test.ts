import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Asset } from '../../../ground/db/models/asset.ts';
import { createRedis, type Redis } from '../../../ground/redis/createRedis.ts';
import { createJobQueues, type JobQueues } from '../../../ground/redis/jobQueues.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { storeUnreachableProblem } from '../../../ground/storage/storageProblems.ts';
import { watchPackets } from '../../../testing/db/statements.ts';
import { startDispatcherProcess } from '../../../testing/dispatch/dispatcherProcess.ts';
import { createDispatchSetup, eventually, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createNoise } from '../../../testing/pictures.ts';
import { readAll } from '../../../testing/storageContract.ts';
import { createThumbnails, makeThumbnail } from './thumbnails.ts';

const setup = fixture(createDispatchSetup);
let redis: Redis;
let jobQueues: JobQueues;

beforeAll(async () => {
  redis = createRedis({ url: setup.redisUrl });
  const { redisUrl: url, prefix } = setup;
  jobQueues = createJobQueues({ clock: systemClock, logger: silentLogger }, { url, prefix });
});
afterAll(async () => {
  await jobQueues?.close();
  redis?.disconnect();
});

const parts = () => ({
  database: setup.database,
  storage: setup.storage,
  clock: systemClock,
  logger: silentLogger,
  tempDirectory: setup.directory,
  jobQueues,
});

const storageKeyOf = (id: string) => `outputs/${id}/${'a'.repeat(64)}.png`;
const ownOutput = (id: string) => ({ id, mime: 'image/png', storageKey: storageKeyOf(id) }) as const;

/** An output as its task leaves it, without thumbnail. */
async function insertOutput(bytes?: Buffer): Promise<string> {
  const id = newId();
  const storageKey = storageKeyOf(id);
  await setup.storage.put(storageKey, bytes ?? (await createNoise(40, 30).png().toBuffer()), {
    mime: 'image/png',
  });
  await Asset.query(setup.database).insert({
    id,
    userId: setup.userId,
    kind: 'output',
    mime: 'image/png',
    width: 40,
    height: 30,
    bytes: 1,
    sha256: 'a'.repeat(64),
    storageKey,
    createdAt: new Date(),
  });
  return id;
}

const keyInQueue = (name: string) => `${setup.prefix}bq:thumbnails:${name}`;
const keyOf = (id: string) => `thumbnails/${id}.webp`;
const find = (id: string) => Asset.query(setup.database).findById(id).throwIfNotFound();

const allMade = (ids: readonly string[]) =>
  eventually(async () => {
    for (const id of ids) expect(await find(id)).toMatchObject({ thumbnailKey: keyOf(id) });
    for (const id of ids) expect(await setup.storage.stat(keyOf(id))).toMatchObject({ mime: 'image/webp' });
  });

/** The ids that a sweep adds. */
async function sweptIds(): Promise<string[]> {
  const ids: string[] = [];
  const work = () => async () => undefined;
  const add = async (_queue: object, id: string) => ids.push(id) > 0;
  await createThumbnails({ ...parts(), jobQueues: { add, work } }).sweep();
  return ids;
}

describe('thumbnails of own results', () => {
  test('are drawn without the queue by one statement each, and one that fails is left to it', async () => {
    const [first, second, sound] = [await insertOutput(), await insertOutput(), await insertOutput()];
    const packets: string[] = [];
    using _watching = watchPackets(new URL(setup.databaseUrl).pathname.slice(1), (packet) => {
      if (/\bassets\b/.test(packet) && !packet.startsWith('select')) packets.push(packet);
    });
    const open = vi.fn(setup.storage.open).mockRejectedValueOnce(storeUnreachableProblem(undefined));
    const add = vi.fn(async () => true);
    const queues = { add, work: () => async () => undefined };
    const storage = { ...setup.storage, open };
    const thumbnails = createThumbnails({ ...parts(), jobQueues: queues, storage });
    thumbnails.add([{ ...ownOutput(sound), mime: 'audio/flac' }, ownOutput(first), ownOutput(second)]);
    await allMade([second]);
    expect(add.mock.calls).toEqual([[expect.anything(), first, { assetId: first }]]);
    await thumbnails.stop();
    expect(packets).toEqual([expect.stringMatching(`^UPDATE assets SET thumbnail_key = .*${second}`)]);
    expect(open.mock.calls.map(([key]) => key)).toEqual([first, second].map(storageKeyOf));
    expect(await find(first)).toMatchObject({ thumbnailKey: null, thumbnailTries: 0 });
  });

  test('that came with their proof are stored as they are, and one that did not come is left to the queue', async () => {
    const [drawn, lost] = [await insertOutput(), await insertOutput()];
    const [open, add] = [vi.fn(setup.storage.open), vi.fn(async () => true)];
    const queues = { add, work: () => async () => undefined };
    const thumbnails = createThumbnails({
      ...parts(),
      jobQueues: queues,
      storage: { ...setup.storage, open },
    });
    const bytes = await createNoise(20, 15).webp().toBuffer();
    thumbnails.add([
      { ...ownOutput(lost), thumbnail: Promise.reject(new Error('the process broke')) },
      { ...ownOutput(drawn), thumbnail: Promise.resolve(bytes) },
    ]);
    await allMade([drawn]);
    expect(add.mock.calls).toEqual([[expect.anything(), lost, { assetId: lost }]]);
    expect(await readAll(setup.storage, keyOf(drawn))).toEqual(bytes);
    expect(open).not.toHaveBeenCalled();
    expect(await find(lost)).toMatchObject({ thumbnailKey: null, thumbnailTries: 0 });
    await thumbnails.stop();
  });

  test('go to the queue where a dispatcher has many', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => insertOutput()));
    const asked: string[] = [];
    const add = async (_queue: object, id: string) => asked.push(id) > 0;
    const queues = { add, work: () => async () => undefined };
    const thumbnails = createThumbnails({ ...parts(), jobQueues: queues });
    thumbnails.add(ids.map(ownOutput));
    await allMade(ids.slice(0, 8));
    expect(asked).toEqual(ids.slice(8));
    await thumbnails.stop();
  });
});

describe('thumbnails that wait', () => {
  test('are made by another dispatcher when theirs is killed', async () => {
    await using first = await startDispatcherProcess(setup.environment);
    const ask = (id: string) => jobQueues.add({ name: 'thumbnails' }, id, { assetId: id });
    const drawn = await insertOutput();
    await eventually(async () => {
      await ask(drawn);
      expect(await find(drawn)).toMatchObject({ thumbnailKey: keyOf(drawn) });
    });
    first.signal('SIGSTOP');
    const ids = await Promise.all([insertOutput(), insertOutput(), insertOutput()]);
    for (const id of ids) await ask(id);
    await eventually(async () => expect(await redis.hlen(keyInQueue('jobs'))).toBeGreaterThanOrEqual(3));
    first.signal('SIGKILL');
    await first.ended;
    const second = createThumbnails(parts());
    await allMade(ids);
    await second.stop();
  });

  test('are made by another dispatcher when theirs took one and died', async () => {
    const id = await insertOutput();
    const queue = { name: 'thumbnails' };
    await eventually(async () => expect(await jobQueues.add(queue, id, { assetId: id })).toBe(true));
    expect(await redis.rpoplpush(keyInQueue('waiting'), keyInQueue('active'))).toBe(id);
    const thumbnails = createThumbnails(parts());
    await allMade([id]);
    await thumbnails.stop();
  });

  test('are found by the sweep when Redis lost them', async () => {
    const ids = await Promise.all([insertOutput(), insertOutput()]);
    for (const id of ids) await jobQueues.add({ name: 'thumbnails' }, id, { assetId: id });
    await redis.flushdb();
    const thumbnails = createThumbnails(parts());
    await eventually(async () => {
      await thumbnails.sweep();
      for (const id of ids) expect((await find(id)).thumbnailKey).not.toBeNull();
    });
    await thumbnails.stop();
    const swept = await sweptIds();
    for (const id of ids) expect(swept).not.toContain(id);
  });

  test('are tried again by the queue after a fault', async () => {
    const id = await insertOutput();
    const open = vi.fn(setup.storage.open).mockRejectedValueOnce(storeUnreachableProblem(undefined));
    const thumbnails = createThumbnails({ ...parts(), storage: { ...setup.storage, open } });
    const queue = { name: 'thumbnails', retries: { times: 1, firstPauseMs: 10 } };
    await eventually(async () => expect(await jobQueues.add(queue, id, { assetId: id })).toBe(true));
    await allMade([id]);
    await thumbnails.stop();
  });
});

describe('a picture that cannot be drawn', () => {
  test('is tried three times and given up', async () => {
    const id = await insertOutput(Buffer.from('no picture'));
    const open = vi.fn(setup.storage.open);
    const deps = { ...parts(), storage: { ...setup.storage, open } };
    for (let tries = 1; tries <= 3; tries++) await expect(makeThumbnail(deps, id)).rejects.toThrow();
    expect(await sweptIds()).toContain(id);
    for (let tries = 1; tries <= 3; tries++) await makeThumbnail(deps, id);
    expect(open).toHaveBeenCalledTimes(3);
    expect(await find(id)).toMatchObject({ thumbnailKey: null, thumbnailTries: null });
    expect(await sweptIds()).not.toContain(id);
  });

  test('is not given up for a fault of the storage', async () => {
    const id = await insertOutput();
    const open = async () => Promise.reject(storeUnreachableProblem(undefined));
    const failing = { ...parts(), storage: { ...setup.storage, open } };
    for (let tries = 1; tries <= 5; tries++) await expect(makeThumbnail(failing, id)).rejects.toThrow();
    await makeThumbnail(parts(), id);
    await allMade([id]);
  });

  test('is given up when each try ends the process', async () => {
    const id = await insertOutput();
    const open = vi.fn(() => new Promise<never>(() => undefined));
    for (let tries = 1; tries <= 3; tries++) {
      void makeThumbnail({ ...parts(), storage: { ...setup.storage, open } }, id);
      await eventually(() => expect(open).toHaveBeenCalledTimes(tries));
    }
    await makeThumbnail(parts(), id);
    expect(await find(id)).toMatchObject({ thumbnailKey: null, thumbnailTries: null });
  });

  test('is given up at once when its bytes are gone', async () => {
    const id = await insertOutput();
    await setup.storage.remove((await find(id)).storageKey);
    await makeThumbnail(parts(), id);
    expect(await find(id)).toMatchObject({ thumbnailKey: null, thumbnailTries: null });
  });
});

describe('a thumbnail', () => {
  test('made twice is one object under one name', async () => {
    const id = await insertOutput();
    await Promise.all([makeThumbnail(parts(), id), makeThumbnail(parts(), id)]);
    await allMade([id]);
    const put = vi.fn(setup.storage.put);
    await makeThumbnail({ ...parts(), storage: { ...setup.storage, put } }, id);
    expect(put).not.toHaveBeenCalled();
  });

  test('that comes after its asset was given up is named', async () => {
    const id = await insertOutput();
    await makeThumbnail(
      { ...parts(), storage: whileStoring(() => change(id, { thumbnailTries: null })) },
      id,
    );
    await allMade([id]);
  });

  test('of an asset deleted meanwhile is not named', async () => {
    const id = await insertOutput();
    await makeThumbnail(
      { ...parts(), storage: whileStoring(() => change(id, { deletedAt: new Date() })) },
      id,
    );
    expect(await find(id)).toMatchObject({ thumbnailKey: null });
  });
});

const change = async (id: string, values: Partial<Asset>) =>
  await Asset.query(setup.database).findById(id).patch(values);

const whileStoring = (act: () => Promise<unknown>): typeof setup.storage => ({
  ...setup.storage,
  async put(key, body, facts) {
    await act();
    return setup.storage.put(key, body, facts);
  },
});
