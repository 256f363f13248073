import { expect, test } from 'vitest';
import { codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { addServiceKey, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();

test('registration is bounded by address and network, ignoring client-written addresses', async () => {
  await using bounded = await startTestApi(platform, {
    TRUSTED_PROXIES: '127.0.0.1',
    REGISTRATIONS_PER_ADDRESS: '2',
    REGISTRATIONS_PER_NETWORK: '3',
  });
  let names = 0;
  const from = async (forwarded: string, username = `flood${names++}`) => {
    const headers = { 'x-forwarded-for': forwarded };
    const body = { username, password: 'ten letters' };
    return bounded.call('/api/v1/auth/register', { body, headers });
  };
  expect((await from('198.51.100.7')).status).toBe(201);
  const taken = await from('198.51.100.7', 'flood0');
  expect([taken.status, codeOf(taken)]).toEqual([422, 'invalid-params']);
  expect((await from('203.0.113.1, 198.51.100.7')).status).toBe(201);
  const refused = await from('203.0.113.2, 198.51.100.7');
  expect([refused.status, codeOf(refused)]).toEqual([429, 'rate-limited']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_600);
  expect(refused.body.detail).toMatch(/^As many accounts as are allowed in a day/);
  // A neighbour fills the network, and the next one is refused; another network is not.
  expect((await from('198.51.100.8')).status).toBe(201);
  expect((await from('198.51.100.9')).status).toBe(429);
  expect((await from('198.51.101.9')).status).toBe(201);
  // The refused request made nothing.
  const login = { username: 'flood2', password: 'ten letters' };
  expect((await bounded.call('/api/v1/auth/login', { body: login })).status).toBe(401);
});

test("a service key's first uses are bounded, its known people are not", async () => {
  await using bounded = await startTestApi(platform, { FIRST_USES_PER_KEY: '2' });
  const { key: token } = await addServiceKey(bounded);
  const use = async (person: number) => {
    const headers = { 'star-graph-act-for': `discord:10000000000000000${person}` };
    return (await bounded.call('/api/v1/users/balance', { token, headers })).status;
  };
  expect([await use(1), await use(2), await use(3), await use(1), await use(2)]).toEqual([
    200, 200, 429, 200, 200,
  ]);
});

test('a crowd of new people uses none of the service key’s requests', async () => {
  await using bounded = await startTestApi(platform, { FIRST_USES_PER_KEY: '1', REQUESTS_PER_MINUTE: '20' });
  const { key: token } = await addServiceKey(bounded);
  const use = async (person: number) => {
    const headers = { 'star-graph-act-for': `discord:${200_000_000_000_000_000n + BigInt(person)}` };
    return (await bounded.call('/api/v1/users/balance', { token, headers })).status;
  };
  expect(await use(0)).toBe(200);
  const crowd = await Promise.all(Array.from({ length: 30 }, (_, at) => use(at + 1)));
  expect(new Set(crowd)).toEqual(new Set([429]));
  const policy = await bounded.call('/api/v1/guilds/100000000000000000/policy', { token });
  expect(policy.status).toBe(200);
});
