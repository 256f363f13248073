import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectDatabase, type Database, type Transaction } from '../../../ground/db/connect.ts';
import { Backend, filmDeskUrl } from '../../../ground/db/models/backend.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createOwnedBackend } from '../../../testing/db/factories.ts';
import { eventually, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import type { PostPermit } from '../attempt/attempt.ts';
import { leasesPool } from '../leasesPool.ts';
import { createOwnedBackends, type OwnedBackends } from './ownedBackends.ts';

/** Long: a renewal that a test sees is one that it caused. */
const ttlMs = 3_000;

const db = databaseFixture();
let database: Database;
let leases: Database;
let me: string;
let owned: OwnedBackends;
/** By backend: completes a leave that was begun. */
let left: Map<string, () => void>;
let permits: Map<string, PostPermit>;
let hasTool: boolean;

beforeAll(async () => {
  ({ database } = db);
  leases = connectDatabase(leasesPool(db.url, ttlMs));
});
afterAll(async () => {
  await leases?.destroy();
});

beforeEach(() => {
  me = newId();
  left = new Map();
  permits = new Map();
  hasTool = true;
  const canCutFilms = async () => hasTool;
  const deps = { leases, clock: systemClock, logger: silentLogger, open, canCutFilms };
  owned = createOwnedBackends(deps, me, ttlMs);
});
afterEach(async () => {
  await database('backends').delete();
  await database('dispatchers').delete();
});

/** An owner that leaves when the test says so. */
function open({ id, url }: { id: string; url: string }, epoch: number, permit: PostPermit) {
  const { promise, resolve } = Promise.withResolvers<void>();
  left.set(id, resolve);
  permits.set(id, permit);
  const ownership = { backendId: id, epoch };
  const choosePrompt = () => ({ promptId: newId(), owner: me, epoch });
  const owner = { ownership, choosePrompt, takeIn: () => undefined, leave: () => promise };
  return { url, owner, stopListening: async () => undefined };
}

const free = (values: Partial<Backend> = {}) =>
  createOwnedBackend(database, newId(), { owner: null, leaseUntil: null, epoch: 3, ...values });
const read = (id: string) => Backend.query(database).findById(id).throwIfNotFound();
const expire = () => database('backends').update({ leaseUntil: new Date(0) });
/** Since it expired, at whatever time this is asked. */
const isLeased = async (id: string) => ((await read(id)).leaseUntil?.getTime() ?? 0) > 0;
const heldIds = () => owned.list().map(({ owner }) => owner.ownership.backendId);

/** A process that vanished in a transaction that holds this row. */
async function vanishIn(table: string, id: string): Promise<Transaction> {
  const trx = await database.transaction();
  await trx.raw(`SELECT id FROM ${table} WHERE id = ? FOR UPDATE`, [id]);
  return trx;
}

describe('a dispatcher', () => {
  test("renews its leases while one backend's row is locked", async () => {
    const rows = [await free(), await free(), await free()];
    await owned.share();
    await expire();
    const [locked, ...others] = rows.map(({ id }) => id) as [string, string, string];
    const vanished = await vanishIn('backends', locked);
    await owned.renew();
    for (const id of others) expect(await isLeased(id)).toBe(true);
    expect(await isLeased(locked)).toBe(false);
    expect(heldIds()).toContain(locked);
    await vanished.rollback();
    await owned.renew();
    expect(await isLeased(locked)).toBe(true);
  });

  test('may not post only where the lease could not be renewed', async () => {
    const [a, b] = [await free(), await free()];
    await owned.share();
    const vanished = await vanishIn('backends', a.id);
    expect(await permits.get(b.id)?.renew()).toBe(true);
    expect(permits.get(b.id)?.isYoung()).toBe(true);
    await eventually(() => expect(permits.get(a.id)?.isYoung()).toBe(false));
    expect(await permits.get(a.id)?.renew()).toBe(true);
    expect(permits.get(a.id)?.isYoung()).toBe(false);
    await vanished.rollback();
  });

  test("takes the next backend when a free one's row is locked", async () => {
    const [locked, other] = [await free(), await free()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    // With another live dispatcher, its share is one of the two.
    await database('dispatchers').insert({
      id: newId(),
      leaseUntil: database.raw('NOW(3) + INTERVAL 1 HOUR'),
    });
    const vanished = await vanishIn('backends', locked?.id ?? '');
    await owned.share();
    expect(heldIds()).toEqual([other?.id]);
    await vanished.rollback();
  });

  test('renews all its leases while it slowly leaves one backend', async () => {
    const [slow, other] = [await free(), await free()];
    await owned.share();
    await database('backends').where({ id: slow.id }).update({ url: 'http://127.0.0.1:1/moved' });
    await owned.share();
    expect(heldIds()).toEqual([other.id]);
    await expire();
    await owned.renew();
    for (const { id } of [slow, other]) expect(await isLeased(id)).toBe(true);
    // Neither free nor its own: it is not taken before it is left.
    await owned.share();
    expect((await read(slow.id)).epoch).toBe(4);
    left.get(slow.id)?.();
    await eventually(async () => expect((await read(slow.id)).owner).toBeNull());
    await owned.share();
    expect(await read(slow.id)).toMatchObject({ owner: me, epoch: 5 });
  });

  test('takes a backend again when the answer of its commit was lost', async () => {
    const lost = await free({ owner: me, epoch: 7 });
    await database('backends').update({ leaseUntil: database.raw('NOW(3) + INTERVAL 1 HOUR') });
    await owned.share();
    expect(owned.list().map(({ owner }) => owner.ownership)).toEqual([{ backendId: lost.id, epoch: 8 }]);
    expect(await read(lost.id)).toMatchObject({ owner: me, epoch: 8 });
  });

  test('drops a lost backend once, even while leaving it', async () => {
    const [a, b] = [await free(), await free()];
    await owned.share();
    await database('backends').where({ id: b.id }).update({ url: 'http://127.0.0.1:1/moved' });
    await owned.share();
    await database('backends').update({ owner: newId(), epoch: 9 });
    await owned.renew();
    expect(heldIds()).toEqual([]);
    for (const leave of left.values()) leave();
    await owned.leaveAll();
    for (const { id } of [a, b]) expect((await read(id)).epoch).toBe(9);
  });
});

test('a dispatcher without ffmpeg leaves the film desk to one that has it, and takes the rest', async () => {
  const [desk, server] = [await free({ url: filmDeskUrl }), await free()];
  hasTool = false;
  await owned.share();
  expect(owned.list().map(({ owner }) => owner.ownership.backendId)).toEqual([server.id]);
  expect(await read(desk.id)).toMatchObject({ owner: null, epoch: 3 });
  hasTool = true;
  await owned.share();
  expect(await read(desk.id)).toMatchObject({ owner: me, epoch: 4 });
  // What it has it keeps: an edit may be under way.
  hasTool = false;
  await owned.share();
  expect(owned.list()).toHaveLength(2);
});
