import { parseConfig } from '@star-graph/core/ground/config/config';
import { migrateDatabase } from '@star-graph/core/ground/db/migrateDatabase';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createStorage } from '@star-graph/core/ground/storage/createStorage';
import { checkLedger } from '@star-graph/core/money/credits/ledgerCheck';
import { createOldDatabase } from '@star-graph/core/testing/db/testDatabase';
import { expect, test } from 'vitest';
import { startTestApi } from './testing/servers/apiServer.ts';
import { platformFixture } from './testing/servers/fixtures.ts';

const platform = platformFixture();

test('an upgraded installation shows its tasks, pictures and credits', async () => {
  await using old = await createOldDatabase();
  await migrateDatabase(old.database);
  const [newest, other] = await old.database('assets').orderBy('id', 'desc');
  const stores = parseConfig(platform.env);
  const storage = await createStorage({ clock: systemClock, warn: () => undefined }, stores);
  const picture = Buffer.from('the bytes of the picture');
  await storage.put(newest.storageKey, picture, { mime: newest.mime });
  // The key of all throwaway installations: the seals of the audit are encrypted by it.
  const DATA_KEYS = `test:${Buffer.alloc(32, 7).toString('base64url')}`;
  await using api = await startTestApi({ ...platform, db: old }, { DATABASE_URL: old.url, DATA_KEYS });
  const token = await api.signInAsAdmin();
  const { body: tasks } = await api.call('/api/v1/tasks', { token });
  expect(tasks.items).toMatchObject([
    { status: 'succeeded', charged: 1, outputs: [{ id: newest.id }] },
    { status: 'succeeded', charged: 1, outputs: [{ id: other.id }] },
  ]);
  const { body: pictures } = await api.call('/api/v1/assets', { token });
  expect(pictures.items.map(({ id }: { id: string }) => id)).toEqual([newest.id, other.id]);
  const { pathname, search } = new URL(pictures.items[0].url);
  const shown = await fetch(`${api.url}${pathname}${search}`);
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(picture);
  expect((await api.call('/api/v1/users/balance', { token })).body).toMatchObject({ available: 98, held: 0 });
  expect(await checkLedger(old.database)).toMatchObject({ ok: true });
});
