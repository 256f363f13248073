import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { readPicture, sdapiFixture } from '../testing/sdapiServer.ts';

const { pool, enterByKey, ask, post, tasksOf } = sdapiFixture();
beforeAll(async () => {
  await pool.release();
});

/** Small: a network enlarges it. */
const photo = async () => (await createTwoColours(48, 48).png().toBuffer()).toString('base64');

test('a picture is enlarged, by the nearest factor that there is', async () => {
  const holder = await enterByKey({ scopes: ['sdapi'] });
  const body = { image: await photo(), upscaler_1: 'None', upscaling_resize: 1.5 };
  const answer = await ask(holder, 'extra-single-image', body);
  expect([answer.status, answer.body.html_info]).toEqual([200, expect.stringContaining('2 times')]);
  expect((await readPicture(answer.body.image)).format).toBe('png');
  expect((await tasksOf(holder.person)).map(({ params }) => params.scale)).toEqual([2]);
});

test('several pictures are enlarged in one request, or none of them', async () => {
  const holder = await enterByKey({ scopes: ['sdapi'] });
  const data = await photo();
  const imageList = [data, data].map((one, index) => ({ data: one, name: `${index}.png` }));
  const refused = await ask(holder, 'extra-batch-images', {
    imageList: [...imageList, { data: 'not base64!', name: 'x' }],
    upscaling_resize: 2,
  });
  expect([refused.status, refused.body.detail[0].loc]).toEqual([422, ['body', 'imageList', '2', 'data']]);
  expect(await tasksOf(holder.person)).toEqual([]);
  const { status, body } = await ask(holder, 'extra-batch-images', { imageList, upscaling_resize: 2 });
  expect([status, body.images.length, body.html_info]).toEqual([200, 2, '']);
  expect((await readPicture(body.images[1])).width).toBe(96);
  expect(await tasksOf(holder.person)).toHaveLength(2);
});

test.each([
  ['the factor itself', { upscaling_resize: 4 }, 4],
  ['the factor to a size', { resize_mode: 1, upscaling_resize_w: 180, upscaling_resize_h: 120 }, 4],
  ['two without a word', {}, 2],
])('a picture is enlarged by %s', async (_case, asked, scale) => {
  const holder = await enterByKey();
  const answer = ask(holder, 'extra-single-image', { image: await photo(), ...asked });
  await eventually(async () =>
    expect((await tasksOf(holder.person)).map(({ params }) => params.scale)).toEqual([scale]),
  );
  // What it asks for is all that is looked at: a network takes its time.
  await post(holder, 'interrupt');
  await answer;
});

test('an upscaler goes by the name of its list, and no other', async () => {
  const holder = await enterByKey();
  const names: string[] = (await ask(holder, 'upscalers')).body.map(({ name }: { name: string }) => name);
  const [none] = names;
  expect(none).toBe('None');
  expect(names).toContain('R-ESRGAN 4x+');
  const enlarge = async (upscaler_1: string) =>
    ask(holder, 'extra-single-image', { image: await photo(), upscaler_1 });
  for (const name of ['R-ESRGAN 4x+', 'RealESRGAN_x4plus.pth']) {
    expect((await enlarge(name)).status).toBe(200);
    expect((await tasksOf(holder.person))[0]?.params.model).toBe('RealESRGAN_x4plus.pth');
  }
  expect((await ask(holder, 'realesrgan-models')).body).toContainEqual({
    name: 'R-ESRGAN 4x+',
    path: 'RealESRGAN_x4plus.pth',
    scale: 4,
  });
  const refused = await enlarge('nothing');
  expect([refused.status, refused.body.detail[0].loc]).toEqual([422, ['body', 'upscaler_1']]);
  const faces = { image: await photo(), gfpgan_visibility: 0.5 };
  expect((await ask(holder, 'extra-single-image', faces)).body.detail[0].loc[1]).toBe('gfpgan_visibility');
  expect(await tasksOf(holder.person)).toHaveLength(2);
});
