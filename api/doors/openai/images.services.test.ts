import { readFile } from 'node:fs/promises';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { type OpenAI, toFile } from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import { errorOf, openAiFixture, pictureOf, small } from '../testing/openAiServer.ts';

const { api, pool, enter, set, balanceOf, tasksOf } = openAiFixture({ isDrawing: true });
beforeAll(async () => {
  await pool.release();
});

test('the official client gets a picture, which its person pays and finds among their tasks', async () => {
  const { person, client } = await enter();
  const before = await balanceOf(person);
  const answer = await client.images.generate({ model: 'gpt-image-1', prompt: 'a lighthouse', ...small });
  expect(await openPicture(pictureOf(answer)).metadata()).toMatchObject({
    format: 'png',
    width: 256,
    height: 256,
  });
  expect(answer).toMatchObject({
    output_format: 'png',
    size: '256x256',
    quality: 'medium',
    background: 'opaque',
  });
  const [task, ...others] = await tasksOf(person);
  expect(others).toEqual([]);
  expect(task).toMatchObject({ status: 'succeeded', params: { prompt: 'a lighthouse', count: 1, steps: 2 } });
  expect(answer.usage?.output_tokens).toBe(task?.cost);
  expect(await balanceOf(person)).toEqual({ available: before.available - (task?.cost ?? 0), held: 0 });
});

test('several pictures come of one task, in the format and quality that were asked for', async () => {
  const { person, client } = await enter();
  const answer = await client.images.generate({
    model: 'text2img',
    prompt: 'a fox',
    n: 3,
    output_format: 'webp',
    output_compression: 60,
    size: '300x250',
    quality: 'low',
  });
  expect(answer.data).toHaveLength(3);
  const shapes = [0, 1, 2].map((at) => openPicture(pictureOf(answer, at)).metadata());
  for (const shape of await Promise.all(shapes))
    expect(shape).toMatchObject({ format: 'webp', width: 304, height: 256 });
  expect(answer).toMatchObject({ size: '304x256', quality: 'low', output_format: 'webp' });
  const tasks = await tasksOf(person);
  expect(tasks.map(({ params }) => [params.count, params.steps])).toEqual([[3, 15]]);
});

test('a link to a picture opens for a client that sends its key along, and for nobody without the signature', async () => {
  const { client, key } = await enter();
  const { data } = await client.images.generate({ model: 'dall-e-3', prompt: 'a fox', ...small });
  const url = data?.[0]?.url ?? '';
  expect(url).toContain('/v1/images/results/');
  const path = new URL(url).pathname;
  for (const headers of [{ authorization: `Bearer ${key}` }, {}, { authorization: 'Bearer expired' }]) {
    const opened = await fetch(`${api.url}${path}`, { headers });
    expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await openPicture(Buffer.from(await opened.arrayBuffer())).metadata()).width).toBe(256);
  }
  for (const forged of [path.slice(0, -1), path.replace(/results\/./, 'results/X'), `${path}0`])
    expect((await fetch(`${api.url}${forged}`)).status).toBe(404);
});

test('a stream shows previews on the way, and then the picture', async () => {
  const { person, client } = await enter();
  await pool.preview.control({ arm: [{ kind: 'hold', step: 3, times: 1 }] });
  const drawn = { model: 'gpt-image-1', prompt: 'a lighthouse', steps: 6, size: '256x256' } as const;
  const stream = await client.images.generate({ ...drawn, stream: true, partial_images: 2 });
  const seen: OpenAI.ImageGenStreamEvent[] = [];
  for await (const event of stream) {
    seen.push(event);
    if (event.type === 'image_generation.partial_image') await pool.preview.control({ disarm: ['hold'] });
  }
  const partials = seen.filter(({ type }) => type === 'image_generation.partial_image');
  expect(partials.length).toBeGreaterThan(0);
  const last = seen.at(-1);
  expect(last?.type).toBe('image_generation.completed');
  for (const { b64_json } of seen)
    expect((await openPicture(Buffer.from(b64_json, 'base64')).metadata()).format).toBe('png');
  expect(last).toMatchObject({ size: '256x256', usage: { output_tokens: (await tasksOf(person))[0]?.cost } });
});

test('models are those that the person may ask for', async () => {
  const { client } = await enter();
  const listed = (await client.models.list()).data.map(({ id }) => id);
  expect(listed).toEqual(
    expect.arrayContaining(['gpt-image-1', 'dall-e-3', 'text2img', 'z-image', 'inpaint']),
  );
  expect(listed).not.toContain('upscale');
  // Programs that take the first name draw a picture by it.
  expect(listed[0]).toBe('gpt-image-1');
  expect(listed.indexOf('text2video')).toBeGreaterThan(listed.indexOf('inpaint'));
  expect(await client.models.retrieve('gpt-image-1')).toMatchObject({ id: 'gpt-image-1', object: 'model' });
  expect(await errorOf(client.models.retrieve('upscale'))).toMatchObject({ code: 'model_not_found' });
});

/** A parameter of the workflow, by its own name. */
const quick = { steps: 2 };

describe('an edit', () => {
  const photo = async () =>
    toFile(await createTwoColours(256, 256).png().toBuffer(), 'photo.png', { type: 'image/png' });
  /** The right half is transparent. */
  const mask = async () => {
    const hole = { create: { width: 128, height: 256, channels: 4, background: '#000' } } as const;
    const bytes = await createTwoColours(256, 256)
      .ensureAlpha()
      .composite([{ input: hole, left: 128, top: 0, blend: 'dest-out' }])
      .png()
      .toBuffer();
    return toFile(bytes, 'mask.png', { type: 'image/png' });
  };

  test('changes the picture of a form', async () => {
    const { person, client } = await enter();
    const answer = await client.images.edit({
      model: 'gpt-image-1',
      image: await photo(),
      prompt: 'in snow',
      ...quick,
    });
    expect(await openPicture(pictureOf(answer)).metadata()).toMatchObject({ width: 256, height: 256 });
    const [task] = await tasksOf(person);
    expect(task?.params).toMatchObject({ prompt: 'in snow', image: expect.any(String) });
  });

  test('redraws what the mask leaves transparent, which our workflows want white', async () => {
    const { person, client } = await enter();
    const answer = await client.images.edit({
      model: 'dall-e-2',
      image: await photo(),
      mask: await mask(),
      prompt: 'a door',
      response_format: 'b64_json',
      ...quick,
    });
    expect(await openPicture(pictureOf(answer)).metadata()).toMatchObject({ width: 256, height: 256 });
    const [task] = await tasksOf(person);
    const { body } = await api.call(`/api/v1/assets/${String(task?.params.mask)}`, {
      token: person.accessToken,
    });
    const stored = openPicture((await api.call(new URL(body.url).pathname + new URL(body.url).search)).body);
    const { data, info } = await stored.greyscale().raw().toBuffer({ resolveWithObject: true });
    expect([data[10], data[info.width - 10]]).toEqual([0, 255]);
  });

  test('takes pictures inside JSON, and none from inside this network', async () => {
    const { person, key } = await enter();
    const send = async (image_url: string) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const body = JSON.stringify({
        model: 'gpt-image-1',
        prompt: 'in snow',
        images: [{ image_url }],
        ...quick,
      });
      return fetch(`${api.url}/v1/images/edits`, { method: 'POST', headers, body });
    };
    const png = (await createTwoColours(256, 256).png().toBuffer()).toString('base64');
    const answer = await send(`data:image/png;base64,${png}`);
    expect(answer.status).toBe(200);
    expect(
      await openPicture(pictureOf((await answer.json()) as OpenAI.ImagesResponse)).metadata(),
    ).toMatchObject({ width: 256 });
    const refused = await send('http://169.254.169.254/latest');
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: 'images' } }]);
    expect(await tasksOf(person)).toHaveLength(1);
  });

  test('is refused with the parameter at fault, before a picture is stored', async () => {
    const { person, client } = await enter();
    const image = await photo();
    const opaque = await errorOf(client.images.edit({ image, mask: await photo(), prompt: 'a door' }));
    expect([opaque.status, opaque.param]).toEqual([400, 'mask']);
    const unknown = await errorOf(client.images.edit({ image, model: 'no-such', prompt: 'a door' }));
    expect([unknown.status, unknown.code]).toEqual([404, 'model_not_found']);
    const noPicture = await errorOf(
      client.images.edit({ image: await toFile(await readFile(import.meta.filename), 'x.png'), prompt: 'a' }),
    );
    expect([noPicture.status, noPicture.code]).toEqual([400, 'invalid_image_file']);
    const { body } = await api.call('/api/v1/assets', { token: person.accessToken });
    expect([body.items, await tasksOf(person)]).toEqual([[], []]);
  });
});

test('a name that the operator gave leads to their workflows, and a closed door to nothing', async () => {
  const { client } = await enter();
  expect((await set({ MODEL_ALIASES: { 'house/model.1': ['text2img'] } })).status).toBe(200);
  const answer = await client.images.generate({ model: 'house/model.1', prompt: 'a fox', ...small });
  expect(answer.data).toHaveLength(1);
  expect(await errorOf(client.images.generate({ model: 'dall-e-3', prompt: 'a fox' }))).toMatchObject({
    status: 404,
    code: 'model_not_found',
  });
  expect((await set({ MODEL_ALIASES: { 'a b': ['text2img'] } })).status).toBe(422);
  await set({ OPENAI_DOOR: 'off' });
  expect((await errorOf(client.models.list())).status).toBe(404);
  await set({ OPENAI_DOOR: null, MODEL_ALIASES: null });
  expect((await client.models.list()).data.map(({ id }) => id)).toContain('dall-e-3');
});
