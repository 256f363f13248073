import { expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
const [api, other] = [apiFixture(platform), apiFixture(platform)];
const profile = '/api/v1/users/profile';

test('a known credential revoked at one process is refused at another', async () => {
  const { accessToken: token, refreshToken } = await api.signUp();
  const made = await api.call('/api/v1/users/api-keys', { token, body: { name: 'script' } });
  const { key, id } = made.body;
  for (const credential of [token, key])
    for (const process of [api, other])
      for (let times = 0; times < 3; times++)
        expect((await process.call(profile, { token: credential })).status).toBe(200);

  await api.call(`/api/v1/users/api-keys/${id}`, { method: 'DELETE', token });
  expect((await other.call(profile, { token: key })).status).toBe(401);
  expect((await other.call('/api/v1/auth/logout', { body: { refreshToken } })).status).toBe(204);
  for (const process of [api, other]) expect((await process.call(profile, { token })).status).toBe(401);
});
