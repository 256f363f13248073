import { readdir, stat } from 'node:fs/promises';
import type { StyleView } from '@star-graph/contract/catalogue/styles';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { Backend, RunTime } from '@star-graph/core/ground/db/models/backend';
import { Setting } from '@star-graph/core/ground/db/models/operation';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { packInventory, saveInventory } from '@star-graph/core/library/catalogue/storedInventory';
import { eventually } from '@star-graph/core/testing/eventually';
import { currentBuiltins } from '@star-graph/workflows';
import { listEngines, modelNameOf } from '@star-graph/workflows/engines';
import {
  fullObjectInfo,
  installedModels,
  objectInfoWith,
} from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, expect, test } from 'vitest';
import { addBackend, codeOf, startTestApi, type TestApi } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
let backendId: string;
beforeAll(async () => {
  backendId = (await addBackend(platform)).id;
});
const api = apiFixture(platform);
let token: string;
beforeAll(async () => {
  token = (await api.signUp()).accessToken;
});

const list = async (at: TestApi = api): Promise<WorkflowView[]> =>
  (await at.call('/api/v1/workflows?limit=100', { token })).body.items;
const find = async (name: string): Promise<WorkflowView | undefined> =>
  (await list()).find((workflow) => workflow.name === name);
const install = (objectInfo: object) =>
  saveInventory(
    { database: platform.db.database, clock: systemClock },
    backendId,
    packInventory(parseInventory(objectInfo)),
  );

const enginesOf = (name: string) => listEngines(currentBuiltins, name).map(modelNameOf);
const engines = enginesOf('text2img');
const lorasOfSdxl = ['sd_xl_offset_example-lora_1.0.safetensors', 'style/ink.safetensors'];

test('a model says its licence and family, and how long it took here once some were measured', async () => {
  expect(await find('z-image')).toMatchObject({ family: 'z-image', licence: { name: 'Apache-2.0' } });
  const before = await find('text2img');
  expect(before).toMatchObject({ family: 'sdxl' });
  expect(before).not.toHaveProperty('exampleSeconds');
  const measured = {
    workflow: 'text2img',
    backendId,
    secondsPerUnit: 0.2,
    samples: 5,
    updatedAt: new Date(),
  };
  await RunTime.query(platform.db.database).insert(measured);
  await eventually(async () => expect((await find('text2img'))?.exampleSeconds).toBe(6.3));
  expect((await find('text2img'))?.engines?.[0]).toMatchObject({ workflow: 'text2img', exampleSeconds: 6.3 });
  expect(await find('upscale')).not.toHaveProperty('exampleSeconds');
});

test('the listing has all that a form needs, in both languages', async () => {
  const workflows = await list();
  expect(workflows.map(({ name }) => name)).toEqual(currentBuiltins.map(({ name }) => name));
  expect(workflows.every(({ leastCost }) => leastCost >= 1)).toBe(true);
  // The test server is ComfyUI 0.3.64 with the files of these.
  expect(workflows.flatMap(({ name, available }) => (available ? [name] : []))).toEqual([
    'img2img',
    'img2video',
    'inpaint',
    'outpaint',
    'pose',
    'sd15',
    'text2img',
    'text2video',
    'upscale',
  ]);
  const { params } = workflows.find(({ name }) => name === 'text2img') ?? {};
  expect(params).toMatchObject({
    type: 'object',
    required: ['prompt'],
    additionalProperties: false,
    properties: {
      prompt: { 'x-title': { en: expect.any(String), 'zh-CN': expect.any(String) }, 'x-multiline': true },
      steps: { type: 'integer', minimum: 1, maximum: expect.any(Number), default: expect.any(Number) },
      // The engines, and the only checkpoint that the workflow itself can use.
      model: { enum: [...engines, 'sd_xl_base_1.0.safetensors'] },
      // Without the one for models of another family.
      loras: { items: { properties: { name: { enum: lorasOfSdxl } } } },
      sampler: { enum: expect.arrayContaining(['euler', 'dpmpp_2m']) },
    },
  });
});

test('processes share the listing in Redis, and rebuild it when lost', async () => {
  const before = await list();
  const keys = await platform.redis.redis.keys(`${platform.redis.prefix}catalogue:*`);
  expect(keys.length).toBeGreaterThan(0);
  const [kept] = await platform.redis.redis.mget(keys);
  expect(JSON.parse(kept ?? '')).toHaveLength(before.length);
  // Another process shows the listing in Redis instead of making its own.
  const marked = JSON.parse(kept ?? '').map((item: object) => ({ ...item, leastCost: 4_321 }));
  for (const key of keys) await platform.redis.redis.set(key, JSON.stringify(marked));
  await using other = await startTestApi(platform);
  expect((await list(other)).map(({ leastCost }) => leastCost)).toEqual(before.map(() => 4_321));
  await platform.redis.redis.del(...keys);
  await using third = await startTestApi(platform);
  expect(await list(third)).toEqual(before);
});

test('a pool change is shown within seconds: files and changed inputs', async () => {
  const loader = fullObjectInfo.UpscaleModelLoader;
  const options = [loader?.input.required?.model_name].flat().slice(1);
  const names = [...(installedModels.upscale_models ?? []), 'brand-new_x4.pth'];
  const more = { ...loader, input: { required: { model_name: [names, ...options] } } };
  await install({ ...fullObjectInfo, UpscaleModelLoader: more });
  await eventually(async () =>
    expect((await find('upscale'))?.params).toMatchObject({
      properties: { model: { enum: expect.arrayContaining(['brand-new_x4.pth']) } },
    }),
  );

  const { crop: _crop, ...renamed } = fullObjectInfo.ImageScale?.input.required ?? {};
  const changed = {
    ...fullObjectInfo.ImageScale,
    input: { required: { ...renamed, cropping: ['STRING', {}] } },
  };
  await install({ ...fullObjectInfo, ImageScale: changed });
  await eventually(async () => expect(await find('upscale')).toMatchObject({ available: false }));
  expect((await find('upscale'))?.reason).toContain('a matching input "crop" of the node class ImageScale');
  expect(await find('text2img')).toMatchObject({ available: true });
  await install(fullObjectInfo);
  await eventually(async () => expect(await find('upscale')).toMatchObject({ available: true }));
});

test('a narrowed range withdraws the workflow with its reason before any hold', async () => {
  // Stable Diffusion 1.5 would draw within the narrower range.
  const checkpoints = installedModels.checkpoints?.filter((name) => !name.startsWith('v1-5')) ?? [];
  const withoutSd15 = objectInfoWith({ ...installedModels, checkpoints });
  const { EmptyLatentImage: latent } = withoutSd15;
  const width = ['INT', { default: 512, min: 16, max: 1536, step: 8 }];
  const narrowed = { ...latent, input: { required: { ...latent?.input.required, width } } };
  await install({ ...withoutSd15, EmptyLatentImage: narrowed });
  await eventually(async () => expect(await find('text2img')).toMatchObject({ available: false }));
  const reason = 'the node class EmptyLatentImage to take 2048 as "width", where its limit is 1536';
  expect((await find('text2img'))?.reason).toContain(reason);
  expect(await find('text2video')).toMatchObject({ available: true });
  const { accessToken } = await api.signUp();
  const body = { prompt: 'a boat', width: 2048 };
  const answer = await api.call('/api/v1/generate/text2img', { token: accessToken, body });
  expect([answer.status, codeOf(answer)]).toEqual([503, 'workflow-unavailable']);
  expect(answer.body.detail).toContain(reason);
  const balance = await api.call('/api/v1/users/balance', { token: accessToken });
  expect(balance.body).toMatchObject({ available: 100, held: 0 });
  await install(fullObjectInfo);
  await eventually(async () => expect(await find('text2img')).toMatchObject({ available: true }));
});

test('a pool with its own models offers what they can run', async () => {
  const checkpoints = ['juggernautXL.safetensors', 'dreamshaper_8.safetensors'];
  await install(objectInfoWith({ checkpoints, upscale_models: ['4x-UltraSharp.pth'] }));
  await eventually(async () => expect(await find('img2video')).toMatchObject({ available: false }));
  const workflows = await list();
  const offered = workflows.filter(({ available }) => available);
  expect(offered.map(({ name }) => name)).toEqual([
    ...['img2img', 'inpaint', 'outpaint', 'sd15', 'text2img', 'upscale'],
  ]);
  const model = { enum: [...engines, 'juggernautXL.safetensors'], default: 'juggernautXL.safetensors' };
  expect((await find('text2img'))?.params).toMatchObject({ properties: { model } });
  expect((await find('upscale'))?.params).toMatchObject({
    properties: {
      model: { enum: [...enginesOf('upscale'), '4x-UltraSharp.pth'], default: '4x-UltraSharp.pth' },
    },
  });
  for (const { params } of workflows) {
    const { properties } = params as { properties: Record<string, { enum?: unknown[]; default?: unknown }> };
    for (const { enum: values, default: standard } of Object.values(properties))
      if (values && standard !== undefined) expect(values).toContain(standard);
  }
  const { accessToken } = await api.signUp();
  const body = { prompt: 'a boat' };
  const quote = await api.call('/api/v1/generate/text2img/quote', { token: accessToken, body });
  const accepted = await api.call('/api/v1/generate/text2img', { token: accessToken, body });
  expect(accepted.status).toBe(202);
  expect(accepted.body).toMatchObject({ params: { model: model.default }, cost: quote.body.cost });
  const pricing = await api.call('/api/public/pricing', {});
  expect(pricing.body.workflows.map(({ leastCost }: WorkflowView) => leastCost)).toEqual(
    workflows.map(({ leastCost }) => leastCost),
  );
  await install(fullObjectInfo);
  await eventually(async () => expect(await find('img2video')).toMatchObject({ available: true }));
});

test('a workflow without its models names them, and refuses before any hold', async () => {
  const { ImageOnlyCheckpointLoader: _loader, ...without } = fullObjectInfo;
  await install(without);
  await eventually(async () => expect(await find('text2video')).toMatchObject({ available: false }));
  expect((await find('text2video'))?.reason).toContain('the node class ImageOnlyCheckpointLoader');
  const answer = await api.call('/api/v1/generate/text2video', { token, body: { prompt: 'a boat' } });
  expect([answer.status, codeOf(answer)]).toEqual([503, 'workflow-unavailable']);
  expect(answer.body.detail).toContain('ImageOnlyCheckpointLoader');
  const balance = await api.call('/api/v1/users/balance', { token });
  expect(balance.body).toMatchObject({ available: 100, held: 0 });
  await install(fullObjectInfo);
});

test('a required choice is named with what each of its values needs', async () => {
  const { controlnet: _none, ...others } = installedModels;
  await install(objectInfoWith(others));
  await eventually(async () => expect(await find('pose')).toMatchObject({ available: false }));
  for (const kind of ['openpose', 'canny', 'depth'])
    expect((await find('pose'))?.reason).toContain(`_${kind}_`);
  await install(
    objectInfoWith({ ...others, controlnet: ['SD15\\control_v11p_sd15_canny_fp16.safetensors'] }),
  );
  await eventually(async () => expect(await find('pose')).toMatchObject({ available: true }));
  const { reason } = (await find('pose')) ?? {};
  expect(reason).toContain('Not with every choice');
  expect(reason).not.toContain('canny');
  await install(fullObjectInfo);
});

test('a workflow whose server is away is shown waiting, and accepts requests', async () => {
  const row = Backend.query(platform.db.database).findById(backendId);
  await row.clone().patch({ state: 'down' });
  await eventually(async () =>
    expect(await find('upscale')).toMatchObject({ available: true, waiting: true }),
  );
  expect((await find('upscale'))?.reason).toContain('Waiting for a GPU server');
  const { accessToken } = await api.signUp();
  const body = { prompt: 'a boat' };
  expect((await api.call('/api/v1/generate/text2img', { token: accessToken, body })).status).toBe(202);
  await row.clone().patch({ state: 'up' });
  await eventually(async () =>
    expect(await find('upscale')).toMatchObject({ available: true, waiting: false }),
  );
});

test('without a GPU server everything is listed as unavailable, with that reason', async () => {
  await Backend.query(platform.db.database).findById(backendId).patch({ enabled: false });
  await eventually(async () => expect((await list()).every(({ available }) => !available)).toBe(true));
  expect((await find('upscale'))?.reason).toBe('No GPU server is ready at the moment.');
});

test('every style has words in both languages and a sample that is in the console', async () => {
  const { status, body } = await api.call('/api/v1/styles', { token });
  expect([status, body.items.length]).toEqual([200, 30]);
  const samples = new Set(await readdir(new URL('../../console/app/public/styles/', import.meta.url)));
  let bytes = 0;
  for (const { name, title, words, subject, sampleUrl } of body.items as StyleView[]) {
    expect(words.length).toBeGreaterThan(20);
    for (const text of [title, subject]) expect([text.en, text['zh-CN']].every(Boolean)).toBe(true);
    expect(new URL(sampleUrl).pathname).toBe(`/styles/${name}.webp`);
    expect(samples.delete(`${name}.webp`)).toBe(true);
    bytes += (await stat(new URL(`../../console/app/public/styles/${name}.webp`, import.meta.url))).size;
  }
  expect([...samples]).toEqual([]);
  expect(bytes).toBeLessThan(600_000);
  expect((await api.call('/api/v1/styles')).status).toBe(401);
});

test('lists of words are made, replaced by their version and deleted by administrators, and read by all', async () => {
  const admin = await api.signInAsAdmin();
  const put = (name: string, version: number, lines: unknown, as = admin) =>
    api.call(`/api/admin/wildcards/${encodeURIComponent(name)}`, {
      token: as,
      method: 'PUT',
      body: { version, lines },
    });
  const read = (name: string) => api.call(`/api/v1/wildcards/${encodeURIComponent(name)}`, { token });
  const listed = async () => (await api.call('/api/v1/wildcards', { token })).body.items;
  for (let time = 0; time < 2; time++)
    expect((await put('Animal', 0, [' a fox ', 'a heron'])).body).toEqual({
      name: 'animal',
      version: 1,
      lines: ['a fox', 'a heron'],
    });
  expect(codeOf(await put('animal', 0, ['a bear']))).toBe('changed-meanwhile');
  const both = await Promise.all([put('animal', 1, ['a bear']), put('动物', 0, ['狐狸'])]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect((await read('ANIMAL')).body).toMatchObject({ version: 2, lines: ['a bear'] });
  expect(await listed()).toEqual([
    { name: 'animal', count: 1 },
    { name: '动物', count: 1 },
  ]);
  expect((await put('animal', 2, ['mine'], token)).status).toBe(403);
  for (const name of ['a__b', '-a', 'x'.repeat(41)])
    expect(codeOf(await put(name, 0, ['x'])), name).toBe('not-found');
  for (const lines of [[], [' '], ['x'.repeat(201)], Array.from({ length: 501 }, () => 'x')])
    expect(codeOf(await put('a', 0, lines)), `${lines.length}`).toBe('invalid-params');
  const others = Array.from({ length: 98 }, (_, n) => ({ name: `list-${n}`, version: 1, lines: ['x'] }));
  const setting = await Setting.query(platform.db.database).findById('wildcards').throwIfNotFound();
  await setting.$query(platform.db.database).patch({ value: [...(setting.value as object[]), ...others] });
  expect(codeOf(await put('one-more', 0, ['x']))).toBe('quota-exceeded');
  for (const status of [204, 404])
    expect((await api.call('/api/admin/wildcards/list-7', { token: admin, method: 'DELETE' })).status).toBe(
      status,
    );
  expect((await read('list-7')).status).toBe(404);
  expect(await listed()).toHaveLength(99);
  const { items } = (await api.call('/api/admin/audit?target=settings:wildcards&limit=1', { token: admin }))
    .body;
  expect(items).toMatchObject([
    { action: 'wildcards.change', data: { name: 'list-7', before: 1, after: 0 } },
  ]);
});
