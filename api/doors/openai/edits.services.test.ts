import { readFile } from 'node:fs/promises';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { type OpenAI, toFile } from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import { errorOf, openAiFixture, pictureOf } from '../testing/openAiServer.ts';

const { api, pool, enter, tasksOf } = openAiFixture({ isDrawing: true });
beforeAll(async () => {
  await pool.release();
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
