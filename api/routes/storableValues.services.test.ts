import { beforeAll, expect, test } from 'vitest';
import { codeOf } from '../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

async function refusalOf(path: string, body: unknown, method = 'POST') {
  const answer = await api.call(`/api/admin/${path}`, { token: admin, method, body });
  return [answer.status, codeOf(answer), answer.body.errors?.[0]?.pointer];
}

test('half of a surrogate pair, which no database stores, is refused', async () => {
  const half = 'x\ud800y';
  const { user } = await api.signUp();
  const message = { en: half, 'zh-CN': 'b' };
  const change = { amount: 1, reason: half, key: 'k' };
  const cases: [string, unknown, string, string?][] = [
    ['model-settings', { fileNames: { 'checkpoints/a': half } }, '/fileNames/checkpoints~1a', 'PUT'],
    ['announcements', { message }, '/message/en'],
    ['service-keys', { name: half }, '/name'],
    ['backends', { url: 'http://10.1.9.1:8188', name: half }, '/name'],
    [`users/${user.id}/credits`, change, '/reason'],
    [`users/${user.id}`, { disabled: true, reason: half }, '/reason', 'PATCH'],
  ];
  for (const [path, body, pointer, method] of cases)
    expect(await refusalOf(path, body, method), path).toEqual([422, 'invalid-params', pointer]);
  // A refused request creates nothing, above all no key that its caller never sees.
  expect((await api.call('/api/admin/service-keys', { token: admin })).body.items).toEqual([]);
});

test('a time whose zone moves it beyond the stored years is refused', async () => {
  const message = { en: 'a', 'zh-CN': 'b' };
  for (const expiresAt of ['9999-12-31T23:59:59-14:00', '0000-01-01T00:00:00+14:00'])
    expect(await refusalOf('announcements', { message, expiresAt })).toEqual([
      422,
      'invalid-params',
      '/expiresAt',
    ]);
  expect((await refusalOf('announcements', { message, expiresAt: '9999-12-31T23:59:59Z' }))[0]).toBe(201);
});

test('a GPU server’s address too long after encoding is refused', async () => {
  const url = `http://10.1.9.2:8188/${'é'.repeat(100)}`;
  expect(await refusalOf('backends', { url })).toEqual([422, 'invalid-params', '/url']);
});
