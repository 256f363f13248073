import { recordBackup, recordCheck } from '@star-graph/core/desk/backup/backupRecords';
import { expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

test('administrators read what became of backups, newest first and page by page', async () => {
  const { database } = platform.db;
  const startedAt = new Date('2026-11-27T03:00:00Z');
  const endedAt = new Date('2026-11-27T03:04:00Z');
  const objects = { count: 12, missing: 0 };
  await recordBackup(database, { name: 'one.age', folder: '/b', startedAt, endedAt, bytes: 5_000, objects });
  await recordCheck(database, 'one.age', { checkedAt: endedAt });
  await recordBackup(database, {
    name: 'two.age',
    folder: '/b',
    startedAt,
    endedAt,
    fault: 'The disk is full.',
  });
  const token = await api.signInAsAdmin();
  const first = (await api.call('/api/admin/backups?limit=1', { token })).body;
  expect(first.items).toEqual([expect.objectContaining({ name: 'two.age', fault: 'The disk is full.' })]);
  expect(first.items[0]).not.toHaveProperty('bytes');
  const rest = (await api.call(`/api/admin/backups?cursor=${first.nextCursor}`, { token })).body;
  expect(rest).toMatchObject({
    items: [{ name: 'one.age', bytes: 5_000, files: 12, missingFiles: 0, checkedAt: endedAt.toISOString() }],
    nextCursor: null,
  });
  const { accessToken } = await api.signUp();
  expect((await api.call('/api/admin/backups', { token: accessToken })).status).toBe(403);
});

test('an administrator asks for a backup, which two presses make one; nobody else asks for any', async () => {
  const token = await api.signInAsAdmin();
  const ask = (asker: string) => api.call('/api/admin/backups/run', { token: asker, method: 'POST' });
  const look = async () => (await api.call('/api/admin/backups/run', { token })).body;
  const { accessToken } = await api.signUp();
  expect((await ask(accessToken)).status).toBe(403);
  expect(await look()).toEqual({ state: 'none' });
  const [first, second] = await Promise.all([ask(token), ask(token)]);
  expect(first.body).toEqual({ state: 'waiting', askedAt: expect.any(String) });
  expect(second.body).toEqual(first.body);
  expect(await look()).toEqual(first.body);
  const { items } = (await api.call('/api/admin/audit?target=backup', { token })).body;
  expect(items).toMatchObject([{ action: 'backup.ask' }]);
});
