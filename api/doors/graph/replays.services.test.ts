import { randomUUID } from 'node:crypto';
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

test('Krita’s own id of a prompt is echoed, and its other requests are answered or refused as they should', async () => {
  const { key } = await enter();
  const bearer = `Bearer ${key}`;
  const prompt_id = randomUUID();
  const client_id = randomUUID();
  using socket = await connect(api.graphUrl, key, client_id);
  const asked = JSON.stringify({ prompt: drawing(), client_id, prompt_id, front: true });
  expect(await read(ask('/prompt', bearer, asked))).toMatchObject({ prompt_id });
  const { data } = await socket.until('executed');
  expect(data.prompt_id).toBe(prompt_id);
  expect((await ask('/queue', bearer, JSON.stringify({ delete: [prompt_id] }))).status).toBe(200);
  expect((await ask('/interrupt', bearer, '{}')).status).toBe(200);
  // What it draws with is not there: see krita.md.
  expect((await ask('/api/etn/model_info/checkpoints', bearer)).status).toBe(404);
  const websocket = { '1': { class_type: 'ETN_LoadImageBase64', inputs: { image: '' } } };
  const refused = await read(ask('/prompt', bearer, JSON.stringify({ prompt: websocket })));
  expect(refused.error.type).toBe('missing_node_type');
});
