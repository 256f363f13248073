import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { readPngText } from '@star-graph/core/media/metadata/pngText';
import { eventually } from '@star-graph/core/testing/eventually';
import { openPicture } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { checkpoint, drawing, graphFixture } from '../testing/graphFixture.ts';
import { connect } from '../testing/graphSocket.ts';

const { api, pool, enter } = graphFixture();
beforeAll(async () => {
  await pool.release();
});

const ask = (
  path: string,
  authorization: string,
  body?: string,
  method = body === undefined ? 'GET' : 'POST',
) =>
  fetch(`${api.graphUrl}${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
// biome-ignore lint/suspicious/noExplicitAny: another program's answers, whose shape the tests look into
const read = async (answer: Promise<Response>): Promise<any> => (await answer).json();
const formatOf = async (answer: Response) =>
  (await openPicture(Buffer.from(await answer.arrayBuffer())).metadata()).format;

test('Open WebUI finds its models, waits on its socket for the end, and opens the picture', async () => {
  const { key, tasks } = await enter();
  const bearer = `Bearer ${key}`;
  const info = await read(ask('/object_info', bearer));
  expect(info.CheckpointLoaderSimple.input.required.ckpt_name[0]).toContain(checkpoint);
  const clientId = randomUUID();
  using socket = await connect(api.graphUrl, key, clientId);
  const asked = JSON.stringify({ prompt: drawing(), client_id: clientId });
  const { prompt_id: promptId } = await read(ask('/prompt', bearer, asked));
  await socket.until('executing', (data) => data.node === null && data.prompt_id === promptId);
  const history = await read(ask(`/history/${promptId}`, bearer));
  const images = Object.values(
    history[promptId].outputs as Record<string, { images: Record<string, string>[] }>,
  );
  expect(images).toHaveLength(1);
  const { filename = '', subfolder = '', type = '' } = images[0]?.images[0] ?? {};
  const query = new URLSearchParams({ filename, subfolder, type });
  const whole = await ask(`/view?${query}`, bearer);
  const picture = Buffer.from(await whole.arrayBuffer());
  expect([Number(whole.headers.get('content-length')), picture.length]).toEqual(
    Array(2).fill(picture.length),
  );
  // Its page opens the graph of a picture by this text.
  const graph = JSON.parse(readPngText(picture).get('prompt') ?? '');
  expect(Object.keys(graph)).toEqual(Object.keys(drawing()));
  expect((await openPicture(picture).metadata()).format).toBe('png');
  expect(await formatOf(await ask(`/view?${query}&preview=jpeg;70`, bearer))).toBe('jpeg');
  expect(await formatOf(await ask(`/view?${query}&preview=webp;90`, bearer))).toBe('webp');
  expect(await tasks()).toMatchObject([{ id: promptId, status: 'succeeded' }]);
});

test.each([
  ['1.19', (id: string) => `/history/${id}`],
  ['of 2024', () => '/history'],
])(
  'SillyTavern %s looks at the history until its picture is there, and interrupts with no body',
  async (_release, historyOf) => {
    const { key, tasks, balance } = await enter();
    const basic = `Basic ${Buffer.from(`anybody:${key}`).toString('base64')}`;
    expect((await ask('/system_stats', basic)).status).toBe(200);
    const info = await read(ask('/object_info', basic));
    for (const list of [
      info.KSampler.input.required.sampler_name[0],
      info.KSampler.input.required.scheduler[0],
      info.VAELoader.input.required.vae_name[0],
    ])
      expect(list.length).toBeGreaterThan(0);
    const asked = JSON.stringify({ prompt: drawing() });
    const { prompt_id: promptId } = await read(ask('/prompt', basic, asked));
    const item = await eventually(async () => {
      const history = await read(ask(historyOf(promptId), basic));
      expect(history).toHaveProperty([promptId]);
      return history[promptId];
    });
    expect(item.status.status_str).toBe('success');
    const outputs = Object.keys(item.outputs).flatMap((node) => item.outputs[node].images);
    const [{ filename, subfolder, type }] = outputs;
    const picture = await ask(`/view?filename=${filename}&subfolder=${subfolder}&type=${type}`, basic);
    expect(await formatOf(picture)).toBe('png');
    await pool.hold();
    await ask('/prompt', basic, JSON.stringify({ prompt: drawing({ seed: 2 }) }));
    await eventually(async () => expect((await tasks())[0]?.status).toBe('running'));
    expect((await ask('/interrupt', basic, undefined, 'POST')).status).toBe(200);
    await eventually(async () => expect((await tasks())[0]?.status).toBe('cancelled'));
    await pool.release();
    expect((await balance()).held).toBe(0);
  },
);

test('a page of ComfyUI 0.33 finds its jobs by their state and its tab, and what one of them made', async () => {
  const { send } = await enter();
  const [mine, other] = [randomUUID(), randomUUID()];
  const extra_data = { extra_pnginfo: { workflow: { id: 'tab-1', nodes: [] } } };
  await send('/api/prompt', { prompt: drawing(), prompt_id: mine, extra_data });
  const ended = await eventually(async () => {
    const { body } = await send(`/api/jobs/${mine}`);
    expect(body.status).toBe('completed');
    return body;
  });
  await pool.hold();
  await send('/api/prompt', { prompt: drawing({ seed: 2 }), prompt_id: other, extra_data: { noise: 1 } });
  const jobs = async (query = '') => (await send(`/api/jobs${query}`)).body;
  const ids = async (query: string) => (await jobs(query)).jobs.map(({ id }: { id: string }) => id);
  const all = await jobs();
  expect(all.pagination).toEqual({ offset: 0, limit: null, total: 2, has_more: false });
  expect(all.jobs[0]).toEqual({
    id: other,
    status: expect.stringMatching(/^(?:pending|in_progress)$/),
    priority: 0,
    create_time: expect.any(Number),
    outputs_count: 0,
    previewable_outputs_count: 0,
  });
  const { outputs, execution_status, workflow, ...listed } = ended;
  expect(all.jobs[1]).toEqual(listed);
  const [file] = outputs['9'].images;
  expect(listed).toEqual({
    id: mine,
    status: 'completed',
    priority: 0,
    create_time: expect.any(Number),
    execution_start_time: expect.any(Number),
    execution_end_time: expect.any(Number),
    outputs_count: 1,
    previewable_outputs_count: 1,
    preview_output: { ...file, nodeId: '9', mediaType: 'images' },
    workflow_id: 'tab-1',
  });
  expect(execution_status).toMatchObject({ status_str: 'success', completed: true });
  expect(Object.keys(workflow.prompt)).toEqual(Object.keys(drawing()));
  expect(await ids('?sort_order=asc')).toEqual([mine, other]);
  expect(await ids('?status=completed,FAILED')).toEqual([mine]);
  expect(await ids('?workflow_id=tab-1')).toEqual([mine]);
  expect(await ids('?workflow_id=tab-2')).toEqual([]);
  expect(await ids('?sort_by=execution_duration&limit=1')).toEqual([mine]);
  expect((await jobs('?limit=1&offset=-3')).pagination).toEqual({
    offset: 0,
    limit: 1,
    total: 2,
    has_more: true,
  });
  expect(await ids('?limit=1&offset=1')).toEqual([mine]);
  for (const [query, error] of [
    ['status=nope', expect.stringMatching(/^Invalid status value\(s\): nope\. Valid values: pending, /)],
    ['sort_by=name', "sort_by must be 'created_at' or 'execution_duration'"],
    ['sort_order=up', "sort_order must be 'asc' or 'desc'"],
    ['limit=0', 'limit must be a positive integer'],
    ['limit=1e3', 'limit must be an integer'],
    ['offset=', 'offset must be an integer'],
  ] as const)
    expect(await send(`/api/jobs?${query}`)).toMatchObject({ status: 400, body: { error } });
  await send(`/api/jobs/${other}/cancel`, {});
  await pool.release();
});

test('Krita’s plugin finds its models, and draws on pictures and masks that it sent before', async () => {
  const { key, tasks } = await enter();
  const bearer = `Bearer ${key}`;
  const client_id = randomUUID();
  expect((await read(ask('/system_stats', bearer))).devices[0].name).toBe('pool');
  // It looks whether it could listen, and closes.
  (await connect(api.graphUrl, key, client_id))[Symbol.dispose]();
  const info = await read(ask('/object_info', bearer));
  expect(info.ETN_LoadImageCache.output).toEqual(['IMAGE', 'MASK']);
  expect([info.ETN_SaveImageCache.output_node, info.ETN_ApplyMaskToImage.output]).toEqual([true, ['IMAGE']]);
  expect(await read(ask('/api/etn/languages', bearer))).toEqual([]);
  const found: Record<string, { base_model: string; type?: string }> = {};
  for (const folder of ['checkpoints', 'diffusion_models'])
    for (let offset = 0, total = 1; offset < total; offset += 8) {
      const page = await read(ask(`/api/etn/model_info/${folder}?offset=${offset}&limit=8`, bearer));
      const { _meta: meta, ...models } = page;
      expect(meta).toEqual({ offset, count: Object.keys(models).length, total: meta.total });
      total = meta.total;
      Object.assign(found, models);
    }
  expect(found[checkpoint]).toEqual({ base_model: 'sd15', is_inpaint: false });
  expect(found['z_image_turbo_bf16.safetensors']?.base_model).toBe('z-image');
  expect(found['flux-2-klein-4b-fp8.safetensors']).toMatchObject({ base_model: 'flux2', type: 'klein-4b' });
  using socket = await connect(api.graphUrl, key, client_id);
  expect((await ask('/api/etn/workflow/subscribe', bearer, JSON.stringify({ client_id }))).status).toBe(200);

  const [picture, mask] = await Promise.all([pngOf([80, 90, 100, 255]), pngOf([51])]);
  const [pictureId, maskId] = [await put(bearer, picture), await put(bearer, mask)];
  const prompt = {
    '1': { class_type: 'ETN_LoadImageCache', inputs: { id: pictureId } },
    '2': { class_type: 'ETN_LoadImageCache', inputs: { id: maskId } },
    '3': { class_type: 'ETN_ApplyMaskToImage', inputs: { image: ['1', 0], mask: ['2', 1] } },
    '4': { class_type: 'ETN_ApplyMaskToImage', inputs: { image: ['2', 0], mask: ['1', 1] } },
    '5': { class_type: 'ETN_SaveImageCache', inputs: { images: ['3', 0], format: 'PNG' } },
    '6': { class_type: 'ETN_SaveImageCache', inputs: { images: ['4', 0], format: 'PNG', unused: null } },
  };
  const prompt_id = randomUUID();
  const asked = JSON.stringify({ prompt, client_id, prompt_id, front: true });
  expect(await read(ask('/prompt', bearer, asked))).toMatchObject({ prompt_id });
  const cornerOf = async (node: string) => {
    const { data } = await socket.until('executed', (one) => one.node === node);
    expect(data.prompt_id).toBe(prompt_id);
    const [image] = data.output.images;
    expect(image).toMatchObject({ source: 'http', 'content-type': 'image/png', type: 'output' });
    const answer = await ask(`/api/etn/image/${image.id}`, bearer);
    const raw = await openPicture(Buffer.from(await answer.arrayBuffer()))
      .ensureAlpha()
      .raw()
      .toBuffer();
    return [...raw.subarray(0, 4)];
  };
  expect(await cornerOf('5')).toEqual([80, 90, 100, 51]);
  expect(await cornerOf('6')).toEqual([51, 51, 51, 255]);
  await socket.until('executing', (data) => data.node === null && data.prompt_id === prompt_id);
  expect((await ask('/queue', bearer, JSON.stringify({ delete: [prompt_id] }))).status).toBe(200);
  expect((await ask('/interrupt', bearer, '{}')).status).toBe(200);
  expect((await tasks()).map(({ status }) => status)).toEqual(['succeeded']);
});

test('a picture for Krita’s graphs is its person’s alone, and the last one sent under its name', async () => {
  const [{ key, balance }, other] = [await enter(), await enter()];
  const bearer = `Bearer ${key}`;
  const shown = (id: string) => ({
    '1': { class_type: 'ETN_LoadImageCache', inputs: { id } },
    '2': { class_type: 'ETN_SaveImageCache', inputs: { images: ['1', 0], format: 'PNG' } },
  });
  const draw = async (of: typeof other, id: string) => of.send('/prompt', { prompt: shown(id) });
  const dark = await pngOf([16, 16, 16]);
  const id = await put(bearer, dark);
  // The same bytes are kept once.
  expect((await putAs(bearer, id, dark)).status).toBe(200);
  const refused = await draw(other, id);
  expect(refused).toMatchObject({
    status: 400,
    body: { node_errors: { '1': { class_type: 'ETN_LoadImageCache' } } },
  });
  expect(JSON.stringify(refused.body)).toContain('Send it again');
  // Another picture with the same checksum.
  const light = await pngOf([240, 240, 240]);
  expect((await putAs(bearer, id, light)).status).toBe(201);
  const { prompt_id } = await read(ask('/prompt', bearer, JSON.stringify({ prompt: shown(id) })));
  const images = await eventually(async () => {
    const entry = (await read(ask(`/history/${prompt_id}`, bearer)))[prompt_id];
    expect(entry.outputs['2'].images).toHaveLength(1);
    return entry.outputs['2'].images;
  });
  const made = await ask(`/api/etn/image/${images[0].id}`, bearer);
  const raw = await openPicture(Buffer.from(await made.arrayBuffer()))
    .raw()
    .toBuffer();
  expect(raw[0]).toBe(240);
  expect((await other.send(`/api/etn/image/${images[0].id}`)).status).toBe(404);
  const before = await balance();
  for (const [name, bytes, status] of [
    ['nothing!', dark, 422],
    ['0000000', dark, 422],
    ['00000000', Buffer.from('no picture'), 415],
    ['00000000', Buffer.alloc(0), 422],
  ] as const)
    expect([name, (await putAs(bearer, encodeURIComponent(name), bytes)).status]).toEqual([name, status]);
  expect((await putAs('Bearer nobody', id, dark)).status).toBe(401);
  // It writes model files of its server there, and sends no key along.
  expect(
    (await fetch(`${api.graphUrl}/api/etn/upload/loras/a.safetensors`, { method: 'PUT', body: 'a' })).status,
  ).toBe(404);
  expect(await balance()).toEqual(before);
});

/** Of one colour, with as many channels. */
const pngOf = (pixel: readonly number[]): Promise<Buffer> =>
  openPicture(Buffer.from(Array.from({ length: 64 * 64 }, () => pixel).flat()), {
    width: 64,
    height: 64,
    channels: pixel.length as 1 | 3 | 4,
  })
    .toColourspace(pixel.length === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer();

const putAs = (authorization: string, name: string, bytes: Buffer) =>
  fetch(`${api.graphUrl}/api/etn/image/${name}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });

/** Under the checksum by which the plugin calls it. */
async function put(authorization: string, bytes: Buffer): Promise<string> {
  const name = crc32(bytes).toString(16).padStart(8, '0');
  expect((await putAs(authorization, name, bytes)).status).toBe(201);
  return name;
}
