import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import { beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

const version = (number: number, title = 'Ink') => ({
  ...sampleTextManifest('ink', number),
  title: { en: title, 'zh-CN': '水墨' },
});
const add = (body: object, offer?: 'no') =>
  api.call(`/api/admin/workflows${offer ? `?offer=${offer}` : ''}`, { token: admin, body });
const tryIt = (number: number, key: string, params: object = { prompt: 'a harbour' }, token = admin) =>
  api.call(`/api/admin/workflows/ink/${number}/try`, { token, body: { params, key } });
const listed = async () =>
  (await api.call('/api/v1/workflows?limit=100', { token: admin })).body.items.find(
    ({ name }: { name: string }) => name === 'ink',
  );

test('a version added to be tried is on offer to nobody, and leaves the one on offer alone', async () => {
  expect((await add(version(1), 'no')).body).toMatchObject({ version: 1, active: false });
  expect(await listed()).toBeUndefined();
  const refused = await api.call('/api/v1/generate/ink', { token: admin, body: { prompt: 'a harbour' } });
  expect(codeOf(refused)).toBe('not-found');
  expect((await add(version(2))).body).toMatchObject({ version: 2, active: true });
  expect((await add(version(3, 'Bolder ink'), 'no')).body).toMatchObject({ version: 3, active: false });
  expect(await listed()).toMatchObject({ version: 2, title: { en: 'Ink' } });
});

test('an administrator tries a version that is not on offer, once for each key', async () => {
  const form = await api.call('/api/admin/workflows/ink/3', { token: admin });
  expect(form.body.form).toMatchObject({
    name: 'ink',
    version: 3,
    available: true,
    params: { type: 'object' },
  });
  const first = await tryIt(3, 'a');
  expect([first.status, first.body.workflow]).toEqual([202, { name: 'ink', version: 3 }]);
  expect((await tryIt(3, 'a')).body.id).toBe(first.body.id);
  expect((await tryIt(3, 'b')).body.id).not.toBe(first.body.id);
  expect(codeOf(await tryIt(1, 'a'))).toBe('idempotency-conflict');
  expect((await tryIt(3, 'c', { prompt: '' })).body.errors).toEqual([
    { pointer: '/prompt', message: expect.any(String) },
  ]);
  expect(codeOf(await tryIt(9, 'd'))).toBe('not-found');
  const { accessToken } = await api.signUp();
  expect((await tryIt(3, 'e', { prompt: 'a harbour' }, accessToken)).status).toBe(403);
});

test('the list of all on offer names each server and what it lacks', async () => {
  const { items } = (await api.call('/api/admin/workflows/offered?limit=100', { token: admin })).body;
  const find = (name: string) => items.find((item: { name: string }) => item.name === name);
  expect(find('text2img')).toMatchObject({
    shipped: true,
    available: true,
    servers: [{ up: true, runs: true, missing: [] }],
  });
  expect(find('ink')).toMatchObject({ shipped: false, version: 2, servers: [{ runs: true }] });
  const lacking = find('flux2-dev');
  expect(lacking).toMatchObject({ available: false, servers: [{ runs: false }] });
  expect(lacking.servers[0].missing.length).toBeGreaterThan(0);
});
