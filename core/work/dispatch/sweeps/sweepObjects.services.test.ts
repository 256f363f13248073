import { Readable } from 'node:stream';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { Asset } from '../../../ground/db/models/asset.ts';
import { AssetShare } from '../../../ground/db/models/assetShare.ts';
import { Dispatcher } from '../../../ground/db/models/backend.ts';
import { Task, type TaskImage } from '../../../ground/db/models/task.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { outputKey, shareKey } from '../../../ground/storage/keys.ts';
import type { Storage } from '../../../ground/storage/storage.ts';
import { uploadAsset } from '../../../library/assets/uploadAsset.ts';
import { createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { createDispatchSetup, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createObjectSweep, sweepDeadDispatchers } from './sweepObjects.ts';

const setup = fixture(createDispatchSetup);

const sha = (digit: string) => digit.repeat(64);
const hourMs = 3_600_000;

/** The store as it is `laterMs` from now. */
function ageObjects(storage: Storage, laterMs: number): Pick<Storage, 'list' | 'stat' | 'remove'> {
  const age = <Of extends { modifiedAt: Date }>(object: Of): Of => ({
    ...object,
    modifiedAt: new Date(object.modifiedAt.getTime() - laterMs),
  });
  return {
    async *list(prefix, after) {
      for await (const object of storage.list(prefix, after)) yield age(object);
    },
    async stat(key) {
      const found = await storage.stat(key);
      return found && age(found);
    },
    remove: (key) => storage.remove(key),
  };
}

/** Sweeps the whole store `laterMs` from now. */
async function sweepAll(laterMs: number, clock = systemClock): Promise<number> {
  const sweep = createObjectSweep({
    database: setup.database,
    clock,
    storage: ageObjects(setup.storage, laterMs),
    logger: silentLogger,
  });
  let removed = 0;
  for (let part = 0; part < 4; part++) removed += await sweep.run();
  return removed;
}

const put = (key: string) => setup.storage.put(key, Buffer.from('x'), { mime: 'image/png' });

async function insertAsset(values: Partial<Asset>): Promise<void> {
  await Asset.query(setup.database).insert({
    id: newId(),
    userId: setup.userId,
    kind: 'output',
    mime: 'image/png',
    width: 1,
    height: 1,
    bytes: 1,
    sha256: sha('a'),
    createdAt: new Date(),
    ...values,
  });
}

describe('the sweep over stored objects', () => {
  test('removes only unnamed objects older than an hour', async () => {
    const named = `outputs/${newId()}/${sha('a')}.png`;
    const thumbnailed = `thumbnails/${newId()}.webp`;
    const deleted = `outputs/${newId()}/${sha('b')}.png`;
    const orphan = `outputs/${newId()}/${sha('c')}.png`;
    const { id: userId } = await createUser(setup.database);
    const inUse = `inputs/${userId}/${sha('d')}.png`;
    const unused = `inputs/${userId}/${sha('e')}.png`;
    for (const key of [named, deleted, orphan, inUse, unused]) await put(key);
    await setup.storage.put(thumbnailed, Buffer.from('x'), { mime: 'image/webp' });
    await insertAsset({ storageKey: named, thumbnailKey: thumbnailed });
    await insertAsset({ storageKey: deleted, deletedAt: new Date() });
    // The asset was deleted after the task was accepted: the task still needs the bytes.
    const image = { storageKey: inUse } as TaskImage;
    const task = await createQueuedTask(setup.database, userId, { images: { image } });

    expect(await sweepAll(0.99 * hourMs)).toBe(0);
    expect(await sweepAll(1.01 * hourMs)).toBe(3);
    for (const key of [named, thumbnailed, inUse]) expect(await setup.storage.stat(key)).toBeDefined();
    for (const key of [deleted, orphan, unused]) expect(await setup.storage.stat(key)).toBeUndefined();

    await Task.query(setup.database).findById(task.id).patch({ status: 'cancelled' });
    expect(await sweepAll(1.01 * hourMs)).toBe(1);
    expect(await setup.storage.stat(inUse)).toBeUndefined();
  });

  test('goes by the clock of the database, and removes nothing while its own is wrong', async () => {
    const orphan = `outputs/${newId()}/${sha('7')}.png`;
    await put(orphan);
    const clockBy = (offMs: number) => ({ ...systemClock, now: () => new Date(Date.now() + offMs) });
    for (const offMs of [-2 * hourMs, 2 * hourMs])
      await expect(sweepAll(30 * hourMs, clockBy(offMs))).rejects.toThrow('the clock of this machine is');
    expect(await sweepAll(hourMs - 30_000, clockBy(50_000))).toBe(0);
    expect(await setup.storage.stat(orphan)).toBeDefined();
    expect(await sweepAll(1.01 * hourMs)).toBe(1);
  });
});

describe('the copy that a link shows', () => {
  test('stays as long as the link, and goes with it', async () => {
    const { id: userId } = await createUser(setup.database);
    const assetId = newId();
    await insertAsset({ id: assetId, userId, storageKey: `inputs/${userId}/${sha('8')}.png` });
    const [kept, withdrawn] = [newId(), newId()];
    for (const id of [kept, withdrawn])
      await setup.storage.put(shareKey(id, 'webp'), Buffer.from('x'), { mime: 'image/webp' });
    await AssetShare.query(setup.database).insert({
      id: kept,
      userId,
      assetId,
      tokenHash: sha('8'),
      mime: 'image/webp',
      showsPrompt: false,
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + hourMs),
    });
    await sweepAll(1.01 * hourMs);
    expect(await setup.storage.stat(shareKey(kept, 'webp'))).toBeDefined();
    expect(await setup.storage.stat(shareKey(withdrawn, 'webp'))).toBeUndefined();
    await Asset.query(setup.database).findById(assetId).delete();
    await sweepAll(1.01 * hourMs);
    expect(await setup.storage.stat(shareKey(kept, 'webp'))).toBeUndefined();
  });
});

describe('an object of a deleted asset', () => {
  test('stays until an hour after its owner may restore it', async () => {
    const key = `outputs/${newId()}/${sha('9')}.png`;
    const thumbnailKey = `thumbnails/${newId()}.webp`;
    await put(key);
    await setup.storage.put(thumbnailKey, Buffer.from('x'), { mime: 'image/webp' });
    const ago = (hours: number) => ({ restorableUntil: new Date(Date.now() - hours * hourMs) });
    await insertAsset({ storageKey: key, thumbnailKey, deletedAt: new Date(), ...ago(0.9) });
    await sweepAll(25 * hourMs);
    for (const one of [key, thumbnailKey]) expect(await setup.storage.stat(one)).toBeDefined();
    await Asset.query(setup.database).where({ storageKey: key }).patch(ago(1.1));
    await sweepAll(25 * hourMs);
    for (const one of [key, thumbnailKey]) expect(await setup.storage.stat(one)).toBeUndefined();
  });
});

describe('an object of a task that is still open', () => {
  test('stays at any age until the task ended without it', async () => {
    const { id: userId } = await createUser(setup.database);
    const task = await createQueuedTask(setup.database, userId, { status: 'running' });
    // The first key is of an earlier release.
    const keys = [`outputs/${task.id}/${sha('f')}.png`, outputKey(task.id, sha('f'), 'png')];
    for (const key of keys) await put(key);
    await sweepAll(30 * hourMs);
    for (const key of keys) expect(await setup.storage.stat(key)).toBeDefined();
    await Task.query(setup.database).findById(task.id).patch({ status: 'failed' });
    await sweepAll(30 * hourMs);
    for (const key of keys) expect(await setup.storage.stat(key)).toBeUndefined();
  });
});

describe('an object on its way to its row', () => {
  test('stays as a thumbnail until its asset names it', async () => {
    const id = newId();
    const key = `thumbnails/${id}.webp`;
    await setup.storage.put(key, Buffer.from('x'), { mime: 'image/webp' });
    const storageKey = `outputs/${newId()}/${sha('1')}.png`;
    await insertAsset({ id, storageKey });
    await sweepAll(30 * hourMs);
    expect(await setup.storage.stat(key)).toBeDefined();
    await Asset.query(setup.database).findById(id).patch({ thumbnailTries: null });
    await sweepAll(30 * hourMs);
    expect(await setup.storage.stat(key)).toBeUndefined();
  });

  test('stays when the same bytes were stored again after the listing', async () => {
    const key = `inputs/${setup.userId}/${sha('2')}.png`;
    await put(key);
    const listed = { key, bytes: 1, modifiedAt: new Date(Date.now() - 2 * hourMs) };
    const removed: string[] = [];
    const storage = {
      list: async function* (prefix: string) {
        if (prefix === 'inputs/') yield listed;
      },
      stat: setup.storage.stat,
      remove: async (one: string) => void removed.push(one),
    };
    const deps = { database: setup.database, clock: systemClock, storage, logger: silentLogger };
    const sweep = createObjectSweep(deps);
    for (let part = 0; part < 3; part++) await sweep.run();
    expect(removed).toEqual([]);
  });

  test('is stored again by an upload slower than the sweep', async () => {
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } })
      .png()
      .toBuffer();
    let nowMs = 0;
    const clock = { ...systemClock, monotonicMs: () => nowMs };
    let isSwept = false;
    const storage: Pick<Storage, 'put'> = {
      async put(key, body, facts) {
        await setup.storage.put(key, body, facts);
        if (!key.startsWith('thumbnails/') || isSwept) return;
        isSwept = true;
        nowMs = 2 * hourMs;
        await sweepAll(2 * hourMs);
      },
    };
    const uploads = { limitBytes: 1_000_000, mostPixels: 1_000_000, tempDirectory: setup.directory };
    const deps = { database: setup.database, clock, storage, log: silentLogger, uploads };
    const signal = new AbortController().signal;
    const asset = await uploadAsset(deps, setup.userId, Readable.from([picture]), signal);
    expect(isSwept).toBe(true);
    for (const key of [asset.storageKey, asset.thumbnailKey ?? ''])
      expect(await setup.storage.stat(key)).toBeDefined();
  });
});

describe('the sweep over dispatchers', () => {
  test('forgets dispatchers silent for an hour', async () => {
    const [dead, late] = [newId(), newId()];
    const ago = (minutes: number) => setup.database.raw(`NOW(3) - INTERVAL ${minutes} MINUTE`);
    await setup.database('dispatchers').insert([
      { id: dead, leaseUntil: ago(61) },
      { id: late, leaseUntil: ago(59) },
    ]);
    expect(await sweepDeadDispatchers(setup.database)).toBe(1);
    expect((await Dispatcher.query(setup.database)).map(({ id }) => id)).toEqual([late]);
  });

  test('stays while a collection with members or a group has its asset', async () => {
    const { database, storage } = setup;
    const [owner, member] = [await createUser(database), await createUser(database)];
    const [shown, given, alone] = [newId(), newId(), newId()];
    const group = { id: newId(), name: 'design' };
    await database('people_groups').insert(group);
    for (const id of [shown, given, alone]) {
      await insertAsset({ id, userId: owner.id, storageKey: `inputs/${owner.id}/${sha(id.slice(-1))}.png` });
      await storage.put(shareKey(id, 'webp'), Buffer.from('x'), { mime: 'image/webp' });
      const collection = { id: newId(), userId: owner.id, name: id, createdAt: new Date() };
      await database('collections').insert(collection);
      await database('collection_assets').insert({ collectionId: collection.id, assetId: id });
      if (id === shown)
        await database('collection_members').insert({
          collectionId: collection.id,
          userId: member.id,
          role: 'see',
          joinedAt: new Date(),
        });
      if (id === given)
        await database('collection_groups').insert({
          collectionId: collection.id,
          groupId: group.id,
          role: 'see',
        });
    }
    const copies = () => Promise.all([shown, given, alone].map((id) => storage.stat(shareKey(id, 'webp'))));
    await sweepAll(1.01 * hourMs);
    expect((await copies()).map((copy) => copy !== undefined)).toEqual([true, true, false]);
    await database('collection_members').where({ userId: member.id }).delete();
    await database('people_groups').where({ id: group.id }).delete();
    await sweepAll(1.01 * hourMs);
    expect(await copies()).toEqual([undefined, undefined, undefined]);
  });
});
