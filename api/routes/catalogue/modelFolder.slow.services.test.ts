import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/servers/apiServer.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
let directory: string;
let api: TestApi;
let token: string;
const write = (file: string, text: string | Buffer) => writeFile(join(directory, file), text);
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-models-'));
  await write(
    'base.yaml',
    `model: ${base}\ntitle: { en: House, zh-CN: 本店 }\nsample: a.png\nhidden: true\n`,
  );
  await write('a.png', await createTwoColours(64, 64).png().toBuffer());
  const ADMIN_PASSWORD = 'long enough for all';
  api = await startTestApi(platform, { MODELS_DIR: directory, ADMIN_USERNAME: 'keeper', ADMIN_PASSWORD });
  const body = { username: 'keeper', password: ADMIN_PASSWORD };
  token = (await api.call('/api/v1/auth/login', { body })).body.accessToken;
});
afterAll(async () => {
  await api.stop();
  await rm(directory, { recursive: true });
});

const base = 'checkpoints/sd_xl_base_1.0.safetensors';
const path = (model: string) => `/api/admin/models/${Buffer.from(model).toString('base64url')}`;
const read = async (model = base) => (await api.call(path(model), { token })).body;

test('the folder is in force from the start, with a picture beside its file', async () => {
  const model = await read();
  expect(model).toMatchObject({
    title: { 'zh-CN': '本店' },
    fields: { hidden: true, sample: expect.any(String) },
    edited: { version: 0 },
    fromFolder: { version: 1 },
    sampleUrl: expect.any(String),
  });
  const { items } = (await api.call(`/api/admin/audit?target=model:${base}`, { token })).body;
  expect(items).toMatchObject([{ action: 'model.change', data: { source: 'folder', before: null } }]);
  expect(items[0].actorId ?? null).toBeNull();
});

test('a file with a fault takes nothing back, and the others are taken', async () => {
  await write('base.yaml', `- model: ${base}\n  hidden: perhaps\n`);
  await write('other.yml', '- model: loras/ink.safetensors\n  pricePercent: 120\n');
  await eventually(async () => expect((await read('loras/ink.safetensors')).fields?.pricePercent).toBe(120));
  expect((await read()).fields).toMatchObject({ hidden: true });
  await write('base.yaml', '');
  await eventually(async () =>
    expect(await read()).toMatchObject({ fields: { hidden: null }, fromFolder: { fields: null } }),
  );
});

test('what administrators set comes before the folder, until they delete it', async () => {
  const model = 'loras/other.safetensors';
  await write('third.yaml', `model: ${model}\npricePercent: 120\ntriggerWords: [oil]\n`);
  await eventually(async () => expect((await read(model)).fields?.pricePercent).toBe(120));
  const body = { version: 0, pricePercent: 300 };
  expect((await api.call(path(model), { token, method: 'PUT', body })).body).toMatchObject({
    fields: { pricePercent: 300, triggerWords: ['oil'] },
    fromFolder: { fields: { pricePercent: 120 } },
  });
  await api.call(`${path(model)}?version=1`, { token, method: 'DELETE' });
  expect((await read(model)).fields).toMatchObject({ pricePercent: 120 });
});
