import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { type GraphPerson, graphFixture } from '../testing/graphFixture.ts';

const { api, pool, enter } = graphFixture();
beforeAll(async () => {
  await pool.release();
});

const formOf = (bytes: Buffer, fields: Record<string, string> = {}, name = '../../photo.png') => {
  const form = new FormData();
  form.append('image', new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  return form;
};
const photo = () => createTwoColours(96, 64).png().toBuffer();
const inverted = (image: unknown, classType = 'LoadImage') => ({
  '1': { class_type: classType, inputs: { image } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
});
async function resultOf({ send }: GraphPerson, promptId: string) {
  const [file] = await eventually(async () => {
    const { body } = await send(`/history/${promptId}`);
    expect(body[promptId]?.status.status_str).toBe('success');
    return body[promptId].outputs['3'].images;
  });
  return (await send(`/view?${new URLSearchParams(file)}`)).body as Buffer;
}

test('a picture that was sent up is loaded by a graph, and is an asset of its person', async () => {
  const one = await enter();
  const bytes = await photo();
  const { status, body } = await one.send(
    '/upload/image',
    formOf(bytes, { overwrite: 'true', subfolder: 'a/b' }),
  );
  expect([status, body]).toEqual([
    200,
    { name: expect.stringMatching(/^[0-9a-f-]{36}\.png$/), subfolder: '', type: 'input' },
  ]);
  const seen = await one.send(`/view?filename=${body.name}&type=input&subfolder=`);
  expect([seen.status, Buffer.compare(seen.body, bytes)]).toEqual([200, 0]);
  const view = (headers: Record<string, string>, method = 'GET') =>
    fetch(`${api.graphUrl}/view?filename=${body.name}`, {
      method,
      headers: { authorization: `Bearer ${one.key}`, ...headers },
    });
  const part = await view({ range: 'bytes=2-5' });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 2-5/${bytes.length}`]);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(2, 6));
  expect((await view({ 'if-none-match': part.headers.get('etag') ?? '' })).status).toBe(304);
  const head = await view({}, 'HEAD');
  expect([head.status, head.headers.get('content-length')]).toEqual([200, `${bytes.length}`]);
  expect((await view({ range: `bytes=${bytes.length}-` })).status).toBe(416);
  const assets = (await api.call('/api/v1/assets', { token: one.person.accessToken })).body.items;
  expect(assets.map(({ id }: { id: string }) => `${id}.png`)).toEqual([body.name]);
  const { body: taken } = await one.send('/prompt', { prompt: inverted(`${body.name} [input]`) });
  expect(await openPicture(await resultOf(one, taken.prompt_id)).metadata()).toMatchObject({
    width: 96,
    height: 64,
  });
});

test('a result is loaded again under the name that the history gave it', async () => {
  const one = await enter();
  const { body: sent } = await one.send('/api/upload/image', formOf(await photo()));
  const { body: first } = await one.send('/prompt', { prompt: inverted(sent.name) });
  await resultOf(one, first.prompt_id);
  const [file] = (await one.send(`/history/${first.prompt_id}`)).body[first.prompt_id].outputs['3'].images;
  const { body: second } = await one.send('/prompt', { prompt: inverted(`${file.filename} [output]`) });
  expect(Buffer.isBuffer(await resultOf(one, second.prompt_id))).toBe(true);
});

test('a mask makes the picture that it was drawn on transparent', async () => {
  const one = await enter();
  const { body: original } = await one.send('/upload/image', formOf(await photo()));
  const hole = { create: { width: 24, height: 64, channels: 4, background: '#000' } } as const;
  const mask = await createTwoColours(48, 64)
    .ensureAlpha()
    .composite([{ input: hole, left: 24, top: 0, blend: 'dest-out' }])
    .png()
    .toBuffer();
  const ref = JSON.stringify({ filename: original.name, subfolder: '', type: 'input' });
  const { status, body } = await one.send('/upload/mask', formOf(mask, { original_ref: ref }));
  expect(status).toBe(200);
  const drawn = openPicture((await one.send(`/view?filename=${body.name}`)).body);
  expect(await drawn.metadata()).toMatchObject({ width: 96, height: 64, hasAlpha: true });
  const { data, info } = await drawn.extractChannel('alpha').raw().toBuffer({ resolveWithObject: true });
  expect([data[5], data[info.width - 5]]).toEqual([255, 0]);
  for (const wrong of ['', '{}', JSON.stringify({ filename: '../../etc/passwd' })])
    expect((await one.send('/upload/mask', formOf(mask, { original_ref: wrong }))).status).toBe(422);
});

test('nobody loads, sees or masks a file of somebody else, and nothing is held', async () => {
  const [one, other] = [await enter(), await enter()];
  const { body: mine } = await one.send('/upload/image', formOf(await photo()));
  const strange = await other.send('/prompt', { prompt: inverted(mine.name) });
  expect([strange.status, strange.body.error.type]).toEqual([400, 'prompt_outputs_failed_validation']);
  expect(strange.body.node_errors['1'].errors[0].type).toBe('custom_validation_failed');
  expect((await other.send(`/view?filename=${mine.name}`)).status).toBe(404);
  const ref = JSON.stringify({ filename: mine.name, type: 'input' });
  expect((await other.send('/upload/mask', formOf(await photo(), { original_ref: ref }))).status).toBe(404);
  expect([await other.tasks(), await other.balance()]).toEqual([[], { available: 1_000, held: 0 }]);
});

test('a file that is no picture is refused in the form of the protocol', async () => {
  const { send } = await enter();
  const { status, body } = await send('/upload/image', formOf(Buffer.from('#!/bin/sh'), {}, 'x.png'));
  expect([status, body.error.type]).toEqual([415, 'unsupported_media']);
  const form = new FormData();
  form.append('file', new File(['x'], 'x.png'));
  expect((await send('/upload/image', form)).status).toBe(422);
});
