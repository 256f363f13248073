import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { noFields } from '@star-graph/workflows/models/modelEntry';
import { beforeAll, expect, test } from 'vitest';
import { codeOf, type TestApi } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);
const other = apiFixture(platform);
let token: string;
let person: string;
beforeAll(async () => {
  token = await api.signInAsAdmin();
  person = (await api.signUp()).accessToken;
});

const idOf = (model: string) => Buffer.from(model).toString('base64url');
const pathOf = (model: string) => `/api/admin/models/${idOf(model)}`;
const put = (model: string, fields: object, version = 0) =>
  api.call(pathOf(model), { token, method: 'PUT', body: { ...fields, version } });
const read = async (model: string) => (await api.call(pathOf(model), { token })).body;
const base = 'checkpoints/sd_xl_base_1.0.safetensors';

/** As people see it. */
const shown = async (name: string, at: TestApi = api) =>
  (await at.call('/api/v1/models?limit=100', { token: person })).body.items.find(
    (model: { name: string }) => model.name === name,
  );

/** Links name the address of the platform, and this process has another. */
async function open(link: string): Promise<Response> {
  const { pathname, search } = new URL(link);
  return fetch(`${api.url}${pathname}${search}`);
}

async function upload(as: string): Promise<string> {
  const body = new FormData();
  const bytes = await createTwoColours(64, 64).png().toBuffer();
  body.append('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  return (await api.call('/api/v1/assets', { token: as, body })).body.id;
}

test('the listing tells family, source, servers and workflows of every file', async () => {
  const { items } = (await api.call('/api/admin/models?limit=100', { token })).body;
  const found = items.find(({ id }: { id: string }) => id === idOf(base));
  expect(found).toMatchObject({
    folder: 'checkpoints',
    name: 'sd_xl_base_1.0.safetensors',
    title: { en: 'Stable Diffusion XL' },
    family: { name: 'sdxl', source: 'entry' },
    warnings: [],
    edited: { version: 0, fields: null },
    fromFolder: { version: 0, fields: null },
    workflows: expect.arrayContaining(['text2img', 'text2video']),
  });
  expect(found.backends).toHaveLength(1);
  const guessed = items.find(({ name }: { name: string }) => name === 'sdxl_vae_fp16_fix.safetensors');
  expect(guessed).toMatchObject({ folder: 'vae', family: { source: 'name' } });
});

test('an entry names a model in every process, in forms too', async () => {
  const title = { en: 'House style', 'zh-CN': '本店风格' };
  const saved = await put(base, {
    title,
    triggerWords: ['oil'],
    licence: { name: 'Ours', mayBeSold: 'yes' },
  });
  expect(saved.body).toMatchObject({ title, edited: { version: 1, fields: { title } }, fields: { title } });
  for (const at of [api, other])
    await eventually(async () =>
      expect(await shown('sd_xl_base_1.0.safetensors', at)).toMatchObject({
        title,
        triggerWords: ['oil'],
        licence: { name: 'Ours', url: null },
        family: 'sdxl',
      }),
    );
  const workflows = (await api.call('/api/v1/workflows?limit=100', { token: person })).body.items;
  const { model } = workflows.find(({ name }: { name: string }) => name === 'text2img').params.properties;
  expect(model['x-names']).toMatchObject({ 'sd_xl_base_1.0.safetensors': title });
  expect((await api.call(`${pathOf(base)}?version=1`, { token, method: 'DELETE' })).status).toBe(204);
});

test('of simultaneous changes one wins, a repeat changes nothing, both audited', async () => {
  const model = 'loras/sub folder\\风格 v1.safetensors';
  const answers = await Promise.all([110, 120, 130].map((pricePercent) => put(model, { pricePercent })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
  const won = answers.find(({ status }) => status === 200)?.body.fields.pricePercent;
  expect((await put(model, { pricePercent: won })).body).toMatchObject({ edited: { version: 1 } });
  const remove = (version: number) =>
    api.call(`${pathOf(model)}?version=${version}`, { token, method: 'DELETE' });
  expect((await remove(0)).status).toBe(409);
  expect([(await remove(1)).status, (await remove(1)).status]).toEqual([204, 204]);
  // A change from before the deletion is not taken for a new entry.
  expect((await put(model, { pricePercent: 140 })).status).toBe(409);
  const target = encodeURIComponent(`model:${model}`);
  const { items } = (await api.call(`/api/admin/audit?target=${target}`, { token })).body;
  const [before, after] = [{ ...noFields, pricePercent: won }, null];
  expect(items).toMatchObject([
    { action: 'model.delete', data: { model, before, after } },
    { action: 'model.change', data: { model, before: null, after: before } },
  ]);
});

test.each([
  ['no folder', idOf('nothing')],
  ['an unknown folder', idOf('embeddings/a.pt')],
  ['a control character', idOf('loras/a\nb')],
  ['half a character', Buffer.from([0x6c, 0x6f, 0x72, 0x61, 0x73, 0x2f, 0xe9]).toString('base64url')],
  ['another spelling of an id', `${idOf('vae/a')}A`],
])('an id with %s is of no model', async (_what, id) => {
  const answer = await api.call(`/api/admin/models/${id}`, { token, method: 'PUT', body: { version: 0 } });
  expect([answer.status, codeOf(answer)]).toEqual([404, 'not-found']);
});

test('a sample is a picture of the administrator, shown to everybody who signed in', async () => {
  const model = 'upscale_models/4x-UltraSharp.pth';
  const foreign = await put(model, { sample: await upload(person) });
  expect([foreign.status, codeOf(foreign)]).toEqual([404, 'not-found']);
  const sample = await upload(token);
  const { sampleUrl } = (await put(model, { sample })).body;
  expect((await open(sampleUrl)).headers.get('content-type')).toMatch(/^image\//);
  await eventually(async () =>
    expect((await open((await shown('4x-UltraSharp.pth')).sampleUrl)).status).toBe(200),
  );
  expect((await api.call(`/api/v1/assets/${sample}`, { token, method: 'DELETE' })).status).toBe(204);
  expect(await read(model)).toMatchObject({ fields: { sample }, sampleUrl: null });
  expect(await shown('4x-UltraSharp.pth')).not.toHaveProperty('sampleUrl');
});

test('only an administrator reads and changes what is said of models', async () => {
  for (const init of [{}, { method: 'PUT', body: { version: 0 } }])
    expect((await api.call(pathOf(base), { token: person, ...init })).status).toBe(403);
  expect((await api.call('/api/admin/models', { token: person })).status).toBe(403);
});
