import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { expect, test } from 'vitest';
import { ensureServiceKey } from './botKey.ts';

const platform = platformFixture();
const api = apiFixture(platform);

test('the kept service key is used until it is revoked', async () => {
  const admin = { username: 'admin', password: adminPassword };
  const first = await ensureServiceKey(api.url, admin, undefined);
  expect(await ensureServiceKey(api.url, admin, first)).toBe(first);
  const id = first.split('_')[1];
  const token = await api.signInAsAdmin();
  await api.call(`/api/admin/service-keys/${id}`, { token, method: 'DELETE' });
  const second = await ensureServiceKey(api.url, admin, first);
  expect(second).not.toBe(first);
  expect(await ensureServiceKey(api.url, admin, second)).toBe(second);
});
