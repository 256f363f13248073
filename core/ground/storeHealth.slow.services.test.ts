import { expect, test } from 'vitest';
import { createTestDatabase } from '../testing/db/testDatabase.ts';
import { eventually } from '../testing/eventually.ts';
import { createTcpProxy } from '../testing/services/tcpProxy.ts';
import { createTestRedis } from '../testing/services/testRedis.ts';
import { connectDatabase } from './db/connect.ts';
import { createKeyRing } from './encryption/keyRing.ts';
import { createRedis } from './redis/createRedis.ts';
import { systemClock } from './runtime/clock.ts';
import { createStoreHealth } from './storeHealth.ts';
import { readMetrics } from './telemetry/readMetrics.ts';

async function openStores(parts: AsyncDisposableStack) {
  const db = parts.use(await createTestDatabase());
  const redisServer = parts.use(await createTestRedis());
  const redisProxy = parts.use(await createTcpProxy(redisServer.url));
  const databaseProxy = parts.use(await createTcpProxy(db.url));
  const database = parts.adopt(connectDatabase({ url: databaseProxy.url, poolSize: 2 }), (it) =>
    it.destroy(),
  );
  const redis = parts.adopt(createRedis({ url: redisProxy.url }), (it) => it.disconnect());
  const health = createStoreHealth({ clock: systemClock, database, redis, keyRing: createKeyRing([]) });
  await eventually(async () =>
    expect((await health.readiness()).dependencies).not.toContainEqual(
      expect.objectContaining({ name: 'redis', ok: false }),
    ),
  );
  return { db, databaseProxy, redisProxy, health };
}

test.each(['freeze', 'cut'] as const)('the loss of Redis (%s) takes no process out', async (fault) => {
  await using parts = new AsyncDisposableStack();
  const { redisProxy, health } = await openStores(parts);
  await redisProxy[fault]();
  await eventually(async () => {
    const { ready, dependencies } = await health.readiness();
    expect([ready, dependencies.find(({ ok }) => !ok)?.name]).toEqual([true, 'redis']);
  });
});

/** What Prometheus is told, by two reads of which the first asks. */
const readUp = async (dependency: string): Promise<string | undefined> =>
  new RegExp(`star_graph_dependency_up\\{dependency="${dependency}"\\} (\\d)`).exec(
    (await readMetrics('text')).text,
  )?.[1];

test.each(['freeze', 'cut'] as const)('the loss of the database (%s) is told, and ends', async (fault) => {
  await using parts = new AsyncDisposableStack();
  const { databaseProxy, health } = await openStores(parts);
  await databaseProxy[fault]();
  await eventually(async () => {
    const { ready, dependencies } = await health.readiness();
    expect([ready, dependencies[0]?.reason]).toEqual([
      false,
      'The database does not answer within 2 seconds.',
    ]);
  });
  expect((await health.startup()).ready).toBe(true);
  await eventually(async () => expect([await readUp('database'), await readUp('redis')]).toEqual(['0', '1']));
  await databaseProxy.restore();
  await eventually(async () => expect((await health.readiness()).ready).toBe(true));
  await eventually(async () => expect(await readUp('database')).toBe('1'));
});

test('a process has not started before its release is migrated', async () => {
  await using parts = new AsyncDisposableStack();
  const db = parts.use(await createTestDatabase());
  const redisServer = parts.use(await createTestRedis());
  const last = await db.database('knex_migrations').orderBy('id', 'desc').first();
  await db.database('knex_migrations').where({ id: last.id }).delete();
  const health = createStoreHealth({ clock: systemClock, keyRing: createKeyRing([]), ...db, ...redisServer });
  expect((await health.startup()).ready).toBe(false);
  expect((await health.readiness()).ready).toBe(false);
  // A newer release has migrated further than this one knows: it goes on serving.
  await db.database('knex_migrations').insert([last, { ...last, id: last.id + 1, name: '9999_newer' }]);
  await eventually(async () => expect((await health.readiness()).ready).toBe(true));
});
