import { eventually } from '@star-graph/core/testing/eventually';
import { beforeAll, expect, test } from 'vitest';
import { codeOf, type TestApi } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);
const other = apiFixture(platform);
let token: string;
beforeAll(async () => {
  token = await api.signInAsAdmin();
});

const path = '/api/admin/model-settings';
const nothing = { defaults: {}, fileNames: {}, families: {} };
const put = (body: object) => api.call(path, { token, method: 'PUT', body });
const defaultOf = async (at: TestApi, workflow: string) => {
  const { items } = (await at.call('/api/v1/workflows?limit=100', { token })).body;
  return items.find(({ name }: { name: string }) => name === workflow)?.params.properties.model.default;
};

test('a pinned default applies in every process; its audit has both states', async () => {
  expect((await api.call(path, { token })).body).toEqual(nothing);
  const settings = { ...nothing, defaults: { upscale: { model: '4x-UltraSharp.pth' } } };
  expect((await put(settings)).body).toEqual(settings);
  for (const at of [api, other])
    await eventually(async () => expect(await defaultOf(at, 'upscale')).toBe('4x-UltraSharp.pth'));
  const { items } = (await api.call('/api/admin/audit?target=settings:models', { token })).body;
  expect(items).toMatchObject([{ action: 'models.settings', data: { before: null, after: settings } }]);
  expect((await put(nothing)).status).toBe(200);
});

test('a default for an unknown workflow, parameter or file is refused whole', async () => {
  const answer = await put({
    defaults: {
      nonsense: { model: 'a.pth' },
      text2img: { prompt: 'a.pth', loras: 'a.safetensors', model: 'fine.safetensors' },
    },
  });
  expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/defaults/nonsense',
    '/defaults/text2img/prompt',
    '/defaults/text2img/loras',
  ]);
  expect((await put({ families: { 'checkpoints/a': 'unheard of' } })).status).toBe(422);
  expect((await put({ fileNames: { 'no folder': 'a' } })).status).toBe(422);
  expect((await api.call(path, { token })).body).toEqual(nothing);
});

test('only an administrator reads and changes model settings', async () => {
  const person = (await api.signUp()).accessToken;
  expect((await api.call(path, { token: person })).status).toBe(403);
  expect((await api.call(path, { token: person, method: 'PUT', body: nothing })).status).toBe(403);
});
