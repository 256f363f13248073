import { keyScopeOf } from '@star-graph/contract/keyScope';
import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { ApiKey } from '@star-graph/core/ground/db/models/session';
import { describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { connectStomp } from '../../testing/calls/stompClient.ts';
import { type Call, codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, { TRUSTED_PROXIES: '127.0.0.1' });

const path = '/api/v1/users/api-keys';
async function makeKey(limits: object, role = 'user') {
  const { accessToken, user } = await api.signUp();
  await platform.db.database('users').where({ id: user.id }).update({ role });
  const made = await api.call(path, { token: accessToken, body: { name: 'k', ...limits } });
  expect(made.status).toBe(201);
  return { id: made.body.id as string, key: made.body.key as string, owner: accessToken, body: made.body };
}
const from = (address: string): Call => ({ headers: { 'x-forwarded-for': address } });
const profile = '/api/v1/users/profile';
const specs = Object.entries(routes as Record<string, RouteSpec>);
test('no scope of users opens an operation of administrators, and the other way round', () => {
  const ofUsers = ['account:read', 'assets', 'closed', 'open', 'tasks:read', 'tasks:write'];
  for (const [id, spec] of specs) {
    const isPersonal = spec.auth === 'user' && (spec.needsPresence || spec.needsSession);
    const isAdmin = ['admin', 'moderator'].includes(spec.auth);
    const expected = isAdmin
      ? ['admin:people', 'admin:pool', 'admin:money', 'backends:drain', 'closed']
      : spec.auth === 'service' || isPersonal
        ? ['closed']
        : ofUsers;
    expect([id, expected]).toEqual([id, expect.arrayContaining([keyScopeOf(spec)])]);
  }
});

test('no scope opens keys, roles’ limits, settings, and what lets people in', () => {
  const closed = specs.filter(
    ([, spec]) => ['admin', 'moderator'].includes(spec.auth) && keyScopeOf(spec) === 'closed',
  );
  expect(closed.map(([id]) => id).toSorted()).toMatchInlineSnapshot(`
    [
      "adminAskForBackup",
      "adminCreateServiceKey",
      "adminDeleteServiceKey",
      "adminDeleteUser",
      "adminEndKey",
      "adminGetSettings",
      "adminGetUserGroups",
      "adminGetUserPolicy",
      "adminListGroups",
      "adminListKeys",
      "adminListRolePolicies",
      "adminListServiceKeys",
      "adminListSettingChanges",
      "adminMakePasswordReset",
      "adminPatchSettings",
      "adminPutRolePolicy",
      "adminPutUserGroups",
      "adminPutUserPolicy",
      "adminReadFailedSignIns",
      "adminReencrypt",
      "adminRemoveSecondFactor",
      "adminRevertSettings",
      "adminRotateKey",
    ]
  `);
});

test('reading the account shows no keys, programs, webhooks and addresses, and exports nothing', () => {
  const opened = specs.filter(([, spec]) => keyScopeOf(spec) === 'account:read').map(([id]) => id);
  expect(opened).toEqual(['getProfile', 'getPreferences', 'getBalance', 'listTransfers', 'exportTransfers']);
});

describe('an administrator’s key', () => {
  const rights = async (key: string) => (await api.call(profile, { token: key })).body.role;
  const grade = (key: string, id: string, body: object) =>
    api.call(`/api/admin/users/${id}`, { token: key, method: 'PATCH', body });

  test('has a user’s rights, unless it was made with a scope for more', async () => {
    const { user: other } = await api.signUp();
    for (const limits of [{}, { scopes: ['account:read', 'tasks:write'] }]) {
      const { key } = await makeKey(limits, 'admin');
      expect(await rights(key)).toBe('user');
      expect((await grade(key, other.id, { role: 'admin' })).status).toBe(403);
    }
    const { key } = await makeKey({ scopes: ['account:read', 'admin:people'] }, 'admin');
    expect(await rights(key)).toBe('admin');
    expect((await api.call('/api/admin/users', { token: key })).status).toBe(200);
    expect((await api.call('/api/admin/backends', { token: key })).status).toBe(403);
    expect((await api.call('/api/admin/settings', { token: key })).status).toBe(403);
  });

  test('with the scope for people blocks users, changes no role, and the audit names it', async () => {
    const { user: other } = await api.signUp();
    const { id, key, owner } = await makeKey({ scopes: ['admin:people'] }, 'admin');
    expect((await grade(key, other.id, { role: 'admin' })).status).toBe(403);
    expect((await grade(key, other.id, { disabled: true })).status).toBe(200);
    const audit = `/api/admin/audit?target=user:${other.id}`;
    const { items } = (await api.call(audit, { token: owner })).body;
    expect(items).toMatchObject([{ action: 'user.change', data: { apiKey: id, after: { role: 'user' } } }]);
  });

  test('with the scope for the pool pauses the queue, and the audit names it', async () => {
    const { id, key } = await makeKey({ scopes: ['admin:pool'] }, 'admin');
    for (const paused of [true, false]) {
      const change = { token: key, method: 'PATCH', body: { paused } };
      expect((await api.call('/api/admin/queue', change)).status).toBe(200);
    }
    const acts = await platform.db.database('audit').where({ target: 'queue' });
    expect(acts.map(({ data }) => (typeof data === 'string' ? JSON.parse(data) : data))).toMatchObject([
      { apiKey: id },
      { apiKey: id },
    ]);
  });

  test('is made for more by people of that role alone', async () => {
    const tries = [
      ['user', 'admin:people', 422],
      ['moderator', 'admin:people', 201],
      ['moderator', 'admin:pool', 422],
      ['moderator', 'admin:money', 422],
      ['admin', 'admin:money', 201],
    ] as const;
    for (const [role, scope, status] of tries) {
      const { accessToken: token, user } = await api.signUp();
      await platform.db.database('users').where({ id: user.id }).update({ role });
      const made = await api.call(path, { token, body: { name: 'k', scopes: [scope] } });
      expect([role, scope, made.status]).toEqual([role, scope, status]);
    }
  });
});

test('a key without limits does what its person may', async () => {
  const { key, owner } = await makeKey({});
  const change = { token: key, method: 'PATCH', body: { locale: 'zh-CN' } };
  expect((await api.call(profile, change)).status).toBe(200);
  const listed = (await api.call(path, { token: owner })).body.items;
  expect(Object.keys(listed[0]).toSorted()).toEqual(['createdAt', 'id', 'kind', 'name', 'usedAt']);
});

test('a key lists its limits and its last use, and works until it expires', async () => {
  const { id, key, owner } = await makeKey({ scopes: ['account:read', 'account:read'], expiresInDays: 1 });
  expect((await api.call(profile, { token: key })).status).toBe(200);
  const [listed] = (await api.call(path, { token: owner })).body.items;
  expect(listed).toMatchObject({ id, scopes: ['account:read'], usedAt: expect.any(String) });
  const leftMs = new Date(listed.expiresAt).getTime() - new Date(listed.createdAt).getTime();
  expect(Math.round(leftMs / 3_600_000)).toBe(24);
  const other = await makeKey({ expiresInDays: 1 });
  await ApiKey.query(platform.db.database)
    .findById(other.id)
    .patch({ expiresAt: new Date(1_000) });
  const refused = await api.call(profile, { token: other.key });
  expect([refused.status, refused.body.detail]).toEqual([401, expect.stringContaining('expired')]);
  await expect(connectStomp(`${api.url.replace('http', 'ws')}/ws`, other.key)).rejects.toThrow('expired');
});

test('a key works from its networks alone, however often it was admitted', async () => {
  const { key } = await makeKey({ networks: ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'] });
  for (const address of ['192.0.2.9', '192.0.2.9', '192.0.2.9', '2001:db8::1', '::ffff:198.51.100.7'])
    expect([address, (await api.call(profile, { token: key, ...from(address) })).status]).toEqual([
      address,
      200,
    ]);
  for (const address of ['192.0.3.9', '2001:db9::1', '198.51.100.8', 'unknown']) {
    const answer = await api.call(profile, { token: key, ...from(address) });
    expect([address, answer.status, codeOf(answer)]).toEqual([address, 403, 'forbidden']);
  }
  await expect(connectStomp(`${api.url.replace('http', 'ws')}/ws`, key)).rejects.toThrow('address');
});

test('a service key keeps to its networks and its end', async () => {
  const token = await api.signInAsAdmin();
  const body = { name: 'bot', networks: ['192.0.2.0/24'], expiresInDays: 2 };
  const made = await api.call('/api/admin/service-keys', { token, body });
  expect(made.body).toMatchObject({ networks: body.networks, expiresAt: expect.any(String) });
  const as = (address: string): Call => ({
    token: made.body.key,
    headers: { ...actFor(person), ...from(address).headers },
  });
  const person = newSnowflake();
  expect((await api.call(profile, as('192.0.2.1'))).status).toBe(200);
  expect((await api.call(profile, as('192.0.3.1'))).status).toBe(403);
  expect(
    (await api.call('/api/admin/service-keys', { token, body: { ...body, scopes: ['assets'] } })).status,
  ).toBe(422);
});

test.each([
  { scopes: [] },
  { scopes: ['admin'] },
  { networks: ['192.0.2.0/33'] },
  { networks: ['example.org'] },
  { networks: [] },
  { expiresInDays: 0 },
])('a key limited to %j is not made', async (limits) => {
  const { accessToken } = await api.signUp();
  const answer = await api.call(path, { token: accessToken, body: { name: 'k', ...limits } });
  expect(answer.status).toBe(422);
});

test('a scoped key connects only with the right to read tasks', async () => {
  const { key } = await makeKey({ scopes: ['assets'] });
  const url = `${api.url.replace('http', 'ws')}/ws`;
  await expect(connectStomp(url, key)).rejects.toThrow('tasks:read');
  const reader = await makeKey({ scopes: ['tasks:read'] });
  await using connected = await connectStomp(url, reader.key);
  const request = { workflow: 'text2img', params: { prompt: 'a fox' } };
  await connected.send('/app/generate', request).catch(() => undefined);
  expect((await api.call('/api/v1/tasks', { token: reader.owner })).body.items).toEqual([]);
});
