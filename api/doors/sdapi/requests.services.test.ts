import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { beforeEach, describe, expect, test } from 'vitest';
import { readPicture, sdapiFixture, small } from '../testing/sdapiServer.ts';

const { api, pool, enterByKey, ask, post, tasksOf, balanceOf, set } = sdapiFixture({ isDrawing: true });
beforeEach(async () => {
  await pool.release();
});

const drawing = { prompt: 'a fox', ...small };
const photo = async () => (await createTwoColours(256, 256).png().toBuffer()).toString('base64');

describe('a drawing', () => {
  test('says what it was made with, and what came out otherwise', async () => {
    const holder = await enterByKey();
    const { status, body } = await ask(holder, 'txt2img', {
      prompt: 'a fox',
      width: 300,
      height: 257,
      steps: 2,
      seed: 41,
      batch_size: 2,
      sampler_index: 'Euler a',
    });
    expect([status, body.images.length]).toEqual([200, 2]);
    expect(await readPicture(body.images[1])).toMatchObject({ format: 'png', width: 304, height: 256 });
    const info = JSON.parse(body.info);
    expect(info).toMatchObject({
      prompt: 'a fox',
      seed: 41,
      all_seeds: [41, 42],
      width: 304,
      height: 256,
      steps: 2,
      sampler_name: 'Euler a',
      batch_size: 2,
      credits: (await tasksOf(holder.person)).reduce((sum, { cost }) => sum + cost, 0),
      comments: ['300x257 became 304x256, the nearest size that the model makes.'],
    });
    expect((await tasksOf(holder.person)).map(({ params }) => params.seed).toSorted()).toEqual([41, 42]);
    const written = await ask(holder, 'png-info', { image: body.images[1] });
    expect(written.body).toMatchObject({
      info: info.infotexts[1],
      items: { parameters: info.infotexts[1] },
      parameters: { Prompt: 'a fox', Seed: '42', Size: '304x256', Sampler: 'Euler a' },
    });
    expect(info.infotexts[0]).toMatch(/^a fox\nSteps: 2, Sampler: Euler a.*Seed: 41, Size: 304x256/);
    expect(body.parameters).toMatchObject({ width: 300, seed: 41 });
  });

  test('takes what its model has no use for, and says so', async () => {
    const holder = await enterByKey();
    const model = { sd_model_checkpoint: 'z-image' };
    const answer = await ask(holder, 'txt2img', { ...drawing, cfg_scale: 4.5, override_settings: model });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.info).comments).toEqual([
      'cfg_scale: the model z-image decides it by itself.',
    ]);
    expect((await tasksOf(holder.person))[0]?.params).not.toHaveProperty('cfg');
  });

  test('names LoRAs in its prompt, by file or by name', async () => {
    const holder = await enterByKey();
    const [lora] = (await ask(holder, 'loras')).body;
    const prompt = `a fox <lora:${lora.name}:0.5>`;
    expect((await ask(holder, 'txt2img', { ...drawing, prompt })).status).toBe(200);
    expect((await tasksOf(holder.person))[0]?.params).toMatchObject({
      prompt: 'a fox',
      loras: [{ name: lora.path, weight: 0.5 }],
    });
    const unknown = await ask(holder, 'txt2img', { ...drawing, prompt: 'a fox <lora:nowhere:1>' });
    expect([unknown.status, unknown.body.detail[0].loc]).toEqual([422, ['body', 'prompt']]);
  });

  test('is made with a checkpoint that is asked for by its file', async () => {
    const holder = await enterByKey();
    const file = 'sd_xl_base_1.0.safetensors';
    const titles = (await ask(holder, 'sd-models')).body.map(({ title }: { title: string }) => title);
    expect(titles).toContain(file);
    const choose = (sd_model_checkpoint: string) =>
      ask(holder, 'txt2img', { ...drawing, override_settings: { sd_model_checkpoint } });
    expect((await choose(file.replace('.safetensors', ''))).status).toBe(200);
    expect((await tasksOf(holder.person))[0]?.params.model).toBe(file);
    const unknown = await choose('nothing.safetensors');
    expect([unknown.status, unknown.body.detail]).toEqual([
      404,
      expect.stringContaining('nothing.safetensors'),
    ]);
    expect(await tasksOf(holder.person)).toHaveLength(1);
  });

  test.each([
    ['alwayson_scripts', { alwayson_scripts: { controlnet: {} } }],
    ['enable_hr', { enable_hr: true }],
    ['restore_faces', { restore_faces: true }],
    ['subseed_strength', { subseed_strength: 0.4 }],
    ['styles', { styles: ['film'] }],
    ['override_settings.sd_vae', { override_settings: { sd_vae: 'other.safetensors' } }],
    ['override_settings.eta_ddim', { override_settings: { eta_ddim: 1 } }],
    ['quality', { quality: 'high' }],
    ['steps', { steps: 1_000 }],
    ['sampler_name', { sampler_name: 'PLMS' }],
    ['width', { width: -5 }],
    ['n_iter', { batch_size: 10, n_iter: 10 }],
  ])('is refused by the name of %s, which would change it', async (name, more) => {
    const holder = await enterByKey();
    const { status, body } = await ask(holder, 'txt2img', { ...drawing, ...more });
    expect([status, body.detail.map(({ loc }: { loc: string[] }) => loc.join('.'))]).toEqual([
      422,
      [`body.${name}`],
    ]);
    expect(body.detail[0]).toMatchObject({ type: 'value_error', msg: expect.any(String) });
    expect(await tasksOf(holder.person)).toEqual([]);
    expect(await balanceOf(holder.person)).toEqual({ available: 1_000, held: 0 });
  });
});

test('a choice of a model is that of one key, and of nobody else', async () => {
  const holder = await enterByKey();
  const body = { name: 'another' };
  const second = (await api.call('/api/v1/users/api-keys', { token: holder.person.accessToken, body })).body;
  const before = (await ask(second, 'options')).body;
  expect((await ask(holder, 'options', { sd_model_checkpoint: 'z-image' })).status).toBe(200);
  expect((await ask(holder, 'options')).body.sd_model_checkpoint).toBe('z-image');
  expect((await ask(second, 'options')).body).toEqual(before);
  for (const change of [
    { sd_model_checkpoint: 'nothing' },
    { CLIP_stop_at_last_layers: 2 },
    { samples_format: 'jpg' },
  ]) {
    const refused = await ask(holder, 'options', change);
    expect([refused.status, refused.body.detail[0].loc[1]]).toEqual([422, Object.keys(change)[0]]);
  }
  expect((await ask(holder, 'txt2img', drawing)).status).toBe(200);
  expect(JSON.parse((await ask(holder, 'txt2img', drawing)).body.info).sd_model_name).toBe('z-image');
  expect((await ask(holder, 'options', { sd_model_checkpoint: null })).status).toBe(200);
  expect((await ask(holder, 'options')).body).toEqual(before);
});

test('models are those of the operator, each once, and what the person may use', async () => {
  await set({ MODEL_ALIASES: { 'house/one': ['text2img'], 'house/two': ['text2img'] } });
  const holder = await enterByKey();
  const titles = (await ask(holder, 'sd-models')).body.map(({ title }: { title: string }) => title);
  expect(titles).toEqual(expect.arrayContaining(['house/one', 'text2img', 'inpaint']));
  expect(titles).not.toContain('house/two');
  expect(titles).not.toContain('upscale');
  expect((await ask(holder, 'options', { sd_model_checkpoint: 'house/two' })).status).toBe(200);
  expect((await ask(holder, 'txt2img', drawing)).status).toBe(200);
  await set({ MODEL_ALIASES: null });
});

describe('a picture', () => {
  test('is redrawn, and keeps its size', async () => {
    const holder = await enterByKey();
    const answer = await ask(holder, 'img2img', {
      prompt: 'in snow',
      init_images: [`data:image/png;base64,${await photo()}`],
      steps: 2,
      denoising_strength: 0.4,
    });
    expect(answer.status).toBe(200);
    expect(await readPicture(answer.body.images[0])).toMatchObject({ width: 256, height: 256 });
    expect((await tasksOf(holder.person))[0]?.params).toMatchObject({
      denoise: 0.4,
      image: expect.any(String),
    });
    expect(answer.body.parameters).not.toHaveProperty('init_images');
  });

  test.each([
    [0, [255, 0]],
    [1, [0, 255]],
  ])('is redrawn behind a mask, inverted %i, which takes its size', async (inverted, expected) => {
    const holder = await enterByKey();
    const half = { create: { width: 64, height: 128, channels: 3, background: '#fff' } } as const;
    const black = { width: 128, height: 128, channels: 3, background: '#000' } as const;
    const mask = await openPicture(await createTwoColours(128, 128).png().toBuffer())
      .composite([{ input: { create: black } }, { input: half, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const answer = await ask(holder, 'img2img', {
      prompt: 'a door',
      init_images: [await photo()],
      mask: mask.toString('base64'),
      steps: 2,
      inpainting_mask_invert: inverted,
      mask_blur: 8,
      inpainting_fill: 1,
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.info).comments).toContain(
      'mask_blur, inpainting_fill: the model does it in its own way.',
    );
    const [task] = await tasksOf(holder.person);
    const { body } = await api.call(`/api/v1/assets/${String(task?.params.mask)}`, {
      token: holder.person.accessToken,
    });
    const { pathname, search } = new URL(body.url);
    const stored = openPicture((await api.call(pathname + search)).body);
    const { data, info } = await stored.greyscale().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, data[10], data[info.width - 10]]).toEqual([256, ...expected]);
  });

  test('that is none is refused, and stored nowhere', async () => {
    const holder = await enterByKey();
    for (const init_images of [['not base64!'], ['http://169.254.169.254/latest'], []]) {
      const answer = await ask(holder, 'img2img', { ...drawing, init_images });
      expect([answer.status, answer.body.detail[0].loc[1]]).toEqual([422, 'init_images']);
    }
    const { body } = await api.call('/api/v1/assets?kind=input', { token: holder.person.accessToken });
    expect([body.items, await tasksOf(holder.person)]).toEqual([[], []]);
  });
});

test('progress shows the step and the picture on its way, to its own key alone', async () => {
  const [holder, other] = [await enterByKey(), await enterByKey()];
  await pool.preview.control({ arm: [{ kind: 'hold', step: 3, times: 1 }] });
  const drawn = ask(holder, 'txt2img', { ...drawing, steps: 6 });
  await eventually(async () => {
    const { body } = await ask(holder, 'progress');
    expect(body).toMatchObject({
      state: { job_count: 1, sampling_steps: 6 },
      current_image: expect.any(String),
    });
    expect(body.progress).toBeGreaterThan(0);
    expect((await readPicture(body.current_image)).format).toBe('png');
  });
  expect((await ask(holder, 'progress?skip_current_image=true')).body.current_image).toBeNull();
  expect((await ask(other, 'progress')).body).toMatchObject({
    progress: 0,
    state: { job_count: 0 },
    current_image: null,
  });
  await pool.preview.control({ disarm: ['hold'] });
  expect((await drawn).status).toBe(200);
  expect((await ask(holder, 'progress')).body).toMatchObject({ progress: 0, state: { job_count: 0 } });
});

test('a program that hangs up loses nothing: its picture is made, and in the gallery', async () => {
  await pool.hold();
  const holder = await enterByKey();
  const hangUp = new AbortController();
  const request = fetch(`${api.sdapiUrl}/sdapi/v1/txt2img`, {
    method: 'POST',
    signal: hangUp.signal,
    body: JSON.stringify(drawing),
    headers: { authorization: `Bearer ${holder.key}`, 'content-type': 'application/json' },
  });
  request.catch(() => undefined);
  await eventually(async () => expect(await tasksOf(holder.person)).toHaveLength(1));
  hangUp.abort();
  // The next request of the connection's process comes after the hang-up was seen.
  expect((await ask(holder, 'progress')).body.state.job_count).toBe(1);
  await pool.release();
  await eventually(async () => expect((await tasksOf(holder.person))[0]?.status).toBe('succeeded'));
});

test('an interrupt ends what its key asked for, and leaves the other tasks of the person', async () => {
  await pool.hold();
  const holder = await enterByKey();
  const token = holder.person.accessToken;
  const other = (await api.call('/api/v1/generate/text2img', { token, body: drawing })).body.id;
  const drawn = ask(holder, 'txt2img', drawing);
  await eventually(async () => expect(await tasksOf(holder.person)).toHaveLength(2));
  expect((await post(holder, 'interrupt')).body).toEqual({});
  expect(await drawn).toMatchObject({ status: 409, body: { detail: expect.stringContaining('cancelled') } });
  const open = (await tasksOf(holder.person)).filter(({ status }) => status !== 'cancelled');
  expect(open.map(({ id }) => id)).toEqual([other]);
  expect((await post(holder, 'interrupt')).status).toBe(200);
});

test('a skip ends one picture of several, and the others are made', async () => {
  await pool.hold();
  const holder = await enterByKey();
  const drawn = ask(holder, 'txt2img', { ...drawing, seed: 7, n_iter: 3 });
  await eventually(async () => expect(await tasksOf(holder.person)).toHaveLength(3));
  expect((await post(holder, 'skip')).body).toEqual({});
  await pool.release();
  const { body } = await drawn;
  const [skipped, ...others] = (await tasksOf(holder.person)).toSorted((one, other) =>
    one.status.localeCompare(other.status),
  );
  expect([skipped?.status, others.map(({ status }) => status)]).toEqual([
    'cancelled',
    ['succeeded', 'succeeded'],
  ]);
  expect(JSON.parse(body.info).all_seeds.toSorted()).toEqual(
    others.map(({ params }) => params.seed).toSorted(),
  );
});

test('what is not offered is not found, and what has nothing to tell is empty', async () => {
  const holder = await enterByKey();
  expect(await ask(holder, 'controlnet')).toMatchObject({
    status: 404,
    body: { detail: expect.any(String) },
  });
  expect((await ask(holder, 'memory')).body).toHaveProperty('cuda.error');
  for (const path of ['hypernetworks', 'face-restorers', 'prompt-styles', 'script-info', 'sd-vae'])
    expect(await ask(holder, path)).toMatchObject({ status: 200, body: [] });
  expect((await ask(holder, 'scripts')).body).toEqual({ txt2img: [], img2img: [] });
  expect((await ask(holder, 'embeddings')).body).toEqual({ loaded: {}, skipped: {} });
  expect((await ask(holder, 'cmd-flags')).body).toEqual({});
  expect((await ask(holder, 'png-info', { image: await photo() })).body).toEqual({
    info: '',
    items: {},
    parameters: {},
  });
  for (const path of ['refresh-checkpoints', 'refresh-loras', 'refresh-vae', 'unload-checkpoint'])
    expect(await post(holder, path)).toMatchObject({ status: 200, body: null });
});
