import { eventually } from '@star-graph/core/testing/eventually';
import { beforeEach, expect, test } from 'vitest';
import { replay, type Sent } from '../testing/replay.ts';
import { basicOf, readPicture, sdapiFixture } from '../testing/sdapiServer.ts';

const { api, pool, enterByKey, tasksOf, balanceOf } = sdapiFixture();
beforeEach(async () => {
  await pool.release();
});

// biome-ignore lint/suspicious/noExplicitAny: bodies have the shape of another program's
const send = (sent: Sent) => replay<any>(api.sdapiUrl, sent);

/** What SillyTavern 1.19 sent beside its password when it was started. */
const nodeFetch = [
  'accept: */*',
  'accept-encoding: gzip, deflate, br',
  'content-type: application/json',
  'user-agent: node-fetch',
  'Connection: close',
];
const sillyTavern = (key: string, method: 'GET' | 'POST', path: string, body = '') =>
  send({
    method,
    path: `/sdapi/v1/${path}`,
    headers: [`Authorization: ${basicOf(key)}`, ...nodeFetch],
    body,
  });

/** The form of its extension, with its own settings along. */
const formOf = (key: string, more: object = {}) =>
  JSON.stringify({
    url: 'http://pictures.example:7860',
    auth: `any:${key}`,
    prompt: 'best quality, a lighthouse',
    negative_prompt: 'lowres, bad anatomy',
    sampler_name: 'Euler a',
    scheduler: 'karras',
    steps: 2,
    cfg_scale: 7,
    width: 512,
    height: 512,
    restore_faces: false,
    enable_hr: false,
    hr_upscaler: 'Latent',
    hr_scale: 1,
    hr_additional_modules: [],
    denoising_strength: 0.7,
    hr_second_pass_steps: 0,
    override_settings: { CLIP_stop_at_last_layers: 1 },
    override_settings_restore_afterwards: true,
    clip_skip: 1,
    save_images: true,
    send_images: true,
    do_not_save_grid: false,
    do_not_save_samples: false,
    ...more,
  });

test('SillyTavern connects, fills its lists, changes the model, and gets a picture', async () => {
  const { person, key } = await enterByKey();
  expect((await sillyTavern(key, 'GET', 'options')).status).toBe(200);
  const namesOf = async (path: string): Promise<string[]> =>
    (await sillyTavern(key, 'GET', path)).body.map(({ name }: { name: string }) => name);
  expect((await namesOf('upscalers'))[0]).toBe('None');
  expect(await namesOf('samplers')).toEqual(expect.arrayContaining(['Euler a', 'DPM++ 2M']));
  expect(await namesOf('schedulers')).toContain('karras');
  for (const path of ['latent-upscale-modes', 'sd-vae']) expect(await namesOf(path)).toEqual([]);
  // Forge has it. What is not there is not asked for again.
  expect((await sillyTavern(key, 'GET', 'sd-modules')).status).toBe(404);
  const models = (await sillyTavern(key, 'GET', 'sd-models')).body.map(
    ({ title }: { title: string }) => title,
  );
  expect(models).toContain('text2img');

  const changed = await sillyTavern(
    key,
    'POST',
    'options',
    JSON.stringify({ sd_model_checkpoint: 'text2img' }),
  );
  expect(changed.status).toBe(200);
  const { progress, state } = (await sillyTavern(key, 'GET', 'progress')).body;
  expect([progress, state.job_count]).toEqual([0, 0]);
  expect((await sillyTavern(key, 'GET', 'options')).body.sd_model_checkpoint).toBe('text2img');

  const drawn = await sillyTavern(key, 'POST', 'txt2img', formOf(key));
  expect(drawn.status).toBe(200);
  expect((await readPicture(drawn.body.images[0])).format).toBe('png');
  const [task] = await tasksOf(person);
  expect(task?.params).toMatchObject({
    prompt: 'best quality, a lighthouse',
    negativePrompt: 'lowres, bad anatomy',
    sampler: 'euler_ancestral',
    scheduler: 'karras',
    steps: 2,
    cfg: 7,
    width: 512,
    height: 512,
  });
  expect(JSON.stringify(drawn.body)).not.toContain(key);
  expect(await balanceOf(person)).toEqual({ available: 1_000 - (task?.cost ?? 0), held: 0 });
});

test('SillyTavern interrupts what it asked for, and nothing of anybody else', async () => {
  await pool.hold();
  const [one, other] = [await enterByKey(), await enterByKey()];
  const ofOther = sillyTavern(other.key, 'POST', 'txt2img', formOf(other.key));
  const interrupted = sillyTavern(one.key, 'POST', 'txt2img', formOf(one.key));
  await eventually(async () => {
    expect(await tasksOf(one.person)).toHaveLength(1);
    expect(await tasksOf(other.person)).toHaveLength(1);
  });
  const answer = await send({
    path: '/sdapi/v1/interrupt',
    headers: [`Authorization: ${basicOf(one.key)}`, 'Accept: */*', 'User-Agent: node-fetch'],
  });
  expect([answer.status, answer.body]).toEqual([200, {}]);
  expect((await interrupted).status).toBe(409);
  expect((await tasksOf(one.person)).map(({ status }) => status)).toEqual(['cancelled']);
  expect(await balanceOf(one.person)).toEqual({ available: 1_000, held: 0 });
  expect((await tasksOf(other.person))[0]?.status).toMatch(/queued|assigned|running/);
  await pool.release();
  expect((await ofOther).status).toBe(200);
});

/** What aiohttp sends beside the headers that Open WebUI gives. */
const aiohttp = ['Accept: */*', 'Accept-Encoding: gzip, deflate', 'User-Agent: Python/3.11 aiohttp/3.13.2'];

test('Open WebUI posts all options back with another model, and gets as many pictures as it asks for', async () => {
  const { person, key } = await enterByKey();
  const auth = `authorization: ${basicOf(key)}`;
  const get = (path: string) =>
    send({ method: 'GET', path: `/sdapi/v1/${path}`, headers: [auth, ...aiohttp] });
  const post = (path: string, body: object) =>
    send({
      path: `/sdapi/v1/${path}`,
      headers: [auth, ...aiohttp, 'Content-Type: application/json'],
      body: JSON.stringify(body),
    });
  const options = (await get('options')).body;
  const [model] = (await get('sd-models')).body;
  expect([model.title, model.model_name]).toEqual([expect.any(String), expect.any(String)]);
  expect((await post('options', { ...options, sd_model_checkpoint: 'text2img' })).status).toBe(200);
  expect((await get('options')).body).toEqual({ ...options, sd_model_checkpoint: 'text2img' });
  const drawn = await post('txt2img', {
    prompt: 'a lighthouse',
    batch_size: 2,
    width: 512,
    height: 512,
    steps: 2,
    // What an administrator adds.
    negative_prompt: 'blurry',
    sampler_name: 'DPM++ 2M Karras',
    cfg_scale: 6,
  });
  expect([drawn.status, drawn.body.images.length]).toEqual([200, 2]);
  const made = await tasksOf(person);
  expect(new Set(made.map(({ params }) => params.seed)).size).toBe(2);
  expect(made[0]?.params).toMatchObject({ sampler: 'dpmpp_2m', scheduler: 'karras', cfg: 6 });
});

test('LibreChat, which sends no credential, comes in by a key in the address', async () => {
  const { person, key } = await enterByKey({ scopes: ['sdapi'] });
  const { status, body } = await send({
    path: `/${key}/sdapi/v1/txt2img`,
    headers: [
      'Accept: application/json, text/plain, */*',
      'Content-Type: application/json',
      'User-Agent: axios/1.12.1',
      'Accept-Encoding: gzip, compress, deflate, br',
    ],
    body: '{"prompt":"a lighthouse at dusk, wide, oil on canvas","negative_prompt":"blurry, lowres","cfg_scale":4.5,"steps":22,"width":1024,"height":1024}',
  });
  expect([status, body.detail]).toEqual([200, undefined]);
  expect((await readPicture(body.images[0].split(',', 1)[0])).format).toBe('png');
  const info = JSON.parse(body.info);
  const [task] = await tasksOf(person);
  expect(info.seed).toBe(task?.params.seed);
  expect([info.width, info.height]).toEqual([expect.any(Number), expect.any(Number)]);
  const facts = info.infotexts[0].split('\n').pop();
  expect(facts).toContain(
    `Steps: 22, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 4.5, Seed: ${info.seed}`,
  );
  expect(task?.params).toMatchObject({ cfg: 4.5, steps: 22, width: 1024, height: 1024 });
});
