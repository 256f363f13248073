import { describe, expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
const [api, other] = [apiFixture(platform), apiFixture(platform)];

describe('a client that sends a token that no longer works with everything', () => {
  const headers = { authorization: 'Bearer expired', 'star-graph-act-for': 'nobody' };

  test('can still register, sign in, refresh and sign out', async () => {
    const typed = { username: 'sticky', password: 'ten letters' };
    const registered = await api.call('/api/v1/auth/register', { body: typed, headers });
    expect(registered.status).toBe(201);
    const signedIn = await api.call('/api/v1/auth/login', { body: typed, headers });
    const { refreshToken } = signedIn.body;
    const refreshed = await api.call('/api/v1/auth/refresh', { body: { refreshToken }, headers });
    expect(refreshed.status).toBe(200);
    const next = { refreshToken: refreshed.body.refreshToken };
    expect((await api.call('/api/v1/auth/logout', { body: next, headers })).status).toBe(204);
  });

  test.each(['/api/public/status', '/healthz', '/readyz', '/startupz', '/metrics'])(
    'can still read %s',
    async (path) => {
      expect((await api.call(path, { headers })).status).toBe(200);
    },
  );

  test('gets a 401 even from an operation open to everybody', async () => {
    const { accessToken: token } = await api.signUp();
    const { code } = (await api.call('/api/v1/users/link-codes', { method: 'POST', token })).body;
    const linked = await api.call('/api/v1/auth/link', {
      body: { code },
      headers: { authorization: 'Bearer x' },
    });
    expect(linked.status).toBe(401);
  });
});

test('a known credential revoked at one process is refused at another', async () => {
  const { accessToken: token, refreshToken } = await api.signUp();
  const made = await api.call('/api/v1/users/api-keys', { token, body: { name: 'script' } });
  const { key, id } = made.body;
  for (const credential of [token, key])
    for (const process of [api, other])
      for (let times = 0; times < 3; times++)
        expect((await process.call('/api/v1/users/profile', { token: credential })).status).toBe(200);

  await api.call(`/api/v1/users/api-keys/${id}`, { method: 'DELETE', token });
  expect((await other.call('/api/v1/users/profile', { token: key })).status).toBe(401);
  expect((await other.call('/api/v1/auth/logout', { body: { refreshToken } })).status).toBe(204);
  for (const process of [api, other])
    expect((await process.call('/api/v1/users/profile', { token })).status).toBe(401);
});
