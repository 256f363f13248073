import { once } from 'node:events';
import { loadTranscript } from '@star-graph/core/testing/comfy/transcript';
import { eventually } from '@star-graph/core/testing/eventually';
import { openPicture } from '@star-graph/core/testing/pictures';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { drawing, graphFixture } from '../testing/graphFixture.ts';
import { connect, type Heard } from '../testing/graphSocket.ts';

const { api, pool, enter, set } = graphFixture({ isDrawing: true });
beforeAll(async () => {
  await pool.release();
});

const isOver = (data: Heard['data']) => data.node === null;
/** The types of messages in the order in which each first comes. */
const orderOf = (types: readonly string[]) => [...new Set(types)];

test('a client hears of its graph in the order in which ComfyUI tells', async () => {
  const { send, key } = await enter();
  using client = await connect(api.graphUrl, key, 'mine');
  using other = await connect(api.graphUrl, key, 'another');
  const { body } = await send('/prompt', { prompt: drawing({ steps: 6 }), client_id: 'mine' });
  await client.until('executing', isOver);
  const told = client.heard.filter(({ type }) => type !== 'status').map(({ type }) => type);
  const [episode] = loadTranscript('txt2img-first-run').episodes;
  const recorded = (episode?.frames ?? []).flatMap((frame) => (frame.kind === 'text' ? [frame.type] : []));
  const common = orderOf(recorded).filter((type) => type !== 'status');
  expect(orderOf(told)).toEqual(common.filter((type) => told.includes(type)));
  for (const type of ['execution_start', 'execution_cached', 'executing', 'executed', 'execution_success'])
    expect(told).toContain(type);
  expect(client.heard[0]).toMatchObject({ type: 'status', data: { sid: 'mine' } });
  for (const { type, data } of client.heard)
    if (type !== 'status') expect([type, data.prompt_id]).toEqual([type, body.prompt_id]);
  const { data } = await client.until('executed');
  expect(data).toMatchObject({ node: '9', output: { images: [{ type: 'output' }] } });
  // The history is there as soon as the client is told.
  expect(Object.keys((await send(`/history/${body.prompt_id}`)).body)).toEqual([body.prompt_id]);
  await other.until('status', ({ status }) => status.exec_info.queue_remaining === 0);
  expect(orderOf(other.heard.map(({ type }) => type))).toEqual(['status']);
});

test('previews come in the frames that a client can read', async () => {
  const { send, key } = await enter();
  // A run below 300 ms shows none.
  await pool.preview.control({ simulate: { secondsPerStep: 0.1 } });
  using plain = await connect(api.graphUrl, key, 'plain');
  using newer = await connect(api.graphUrl, key, 'newer');
  newer.socket.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
  expect((await newer.until('feature_flags')).data).toMatchObject({ supports_preview_metadata: true });
  const { body } = await send('/prompt', { prompt: drawing({ seed: 2, steps: 40 }), client_id: 'plain' });
  const older = await plain.untilFrame();
  expect(older.readUInt32BE(0)).toBe(1);
  expect((await openPicture(older.subarray(8)).metadata()).format).toBe(
    older.readUInt32BE(4) === 1 ? 'jpeg' : 'png',
  );
  await pool.preview.control({ simulate: { secondsPerStep: 0 } });
  await plain.until('executing', isOver);
  expect(newer.frames).toEqual([]);
  await pool.preview.control({ simulate: { secondsPerStep: 0.1 } });
  await send('/prompt', { prompt: drawing({ seed: 3, steps: 40 }), client_id: 'newer' });
  const frame = await newer.untilFrame();
  await pool.preview.control({ simulate: { secondsPerStep: 0 } });
  const length = frame.readUInt32BE(4);
  const facts = JSON.parse(frame.subarray(8, 8 + length).toString());
  expect([frame.readUInt32BE(0), facts.node_id]).toEqual([4, '3']);
  expect(facts.prompt_id).not.toBe(body.prompt_id);
  expect((await openPicture(frame.subarray(8 + length)).metadata()).format).toBeDefined();
  await newer.until('executing', isOver);
});

test('a graph that was made before is told as cached, with its results', async () => {
  const { send, key, balance } = await enter();
  using client = await connect(api.graphUrl, key, 'mine');
  const prompt = drawing({ seed: 4 });
  const first = await send('/prompt', { prompt, client_id: 'mine' });
  await client.until('executing', isOver);
  const paid = await balance();
  const second = await send('/prompt', { prompt, client_id: 'mine' });
  const of = (id: string) => (data: Heard['data']) => data.prompt_id === id;
  await client.until('executing', (data) => isOver(data) && of(second.body.prompt_id)(data));
  const cached = await client.until('execution_cached', of(second.body.prompt_id));
  expect(cached.data.nodes.sort()).toEqual(Object.keys(prompt).sort());
  const { data } = await client.until('executed', of(second.body.prompt_id));
  expect((await send(`/view?filename=${data.output.images[0].filename}`)).status).toBe(200);
  expect((await client.until('execution_cached', of(first.body.prompt_id))).data.nodes).toEqual([]);
  expect(await balance()).toEqual(paid);
});

test('an interrupted graph is told as such, also to a client that comes back', async () => {
  const { send, key, balance } = await enter();
  await pool.hold();
  const { body } = await send('/prompt', { prompt: drawing({ seed: 5 }), client_id: 'mine' });
  await eventually(async () => expect((await send('/queue')).body.queue_running).toHaveLength(1));
  using late = await connect(api.graphUrl, key, 'mine');
  await late.until('status');
  await send('/interrupt', { prompt_id: body.prompt_id });
  await late.until('executing', isOver);
  const types = orderOf(late.heard.map(({ type }) => type)).filter((type) => type !== 'progress_state');
  expect(types.filter((type) => type.startsWith('execution_'))).toEqual(['execution_interrupted']);
  expect((await balance()).held).toBe(0);
  await pool.release();
});

test('a graph that uses up its time is stopped, told as failed, and costs its hold', async () => {
  const { send, key, balance, tasks } = await enter();
  await set({ GRAPH_SECONDS: 1, GRAPH_CREDITS_PER_SECOND: 30 });
  await pool.hold();
  using client = await connect(api.graphUrl, key, 'mine');
  const { body } = await send('/prompt', { prompt: drawing({ seed: 6 }), client_id: 'mine' });
  // Held, or by now charged.
  expect((await balance()).available).toBe(970);
  const { data } = await client.until('execution_error');
  await client.until('executing', isOver);
  expect(data).toMatchObject({ prompt_id: body.prompt_id, exception_type: 'out-of-time', traceback: [] });
  expect(data.exception_message).toContain('The time cost 30 credits.');
  expect(await tasks()).toMatchObject([{ status: 'failed', cost: 30, charged: 30, attempt: 1 }]);
  expect(await balance()).toEqual({ available: 970, held: 0 });
  // Who has nothing left begins nothing.
  await set({ GRAPH_CREDITS_PER_SECOND: 1_000 });
  expect((await send('/prompt', { prompt: drawing({ seed: 7 }) })).status).toBe(402);
  const entry = (await send(`/history/${body.prompt_id}`)).body[body.prompt_id];
  expect(entry.status.messages.at(-1)).toEqual(['execution_error', expect.objectContaining(data)]);
  await set({ GRAPH_SECONDS: null, GRAPH_CREDITS_PER_SECOND: null });
  await pool.release();
});

test('a graph whose node breaks is told with the node and its words, runs once, and costs its time', async () => {
  const { send, key, balance, tasks } = await enter();
  await set({ GRAPH_SECONDS: 900 });
  await pool.hold();
  await pool.preview.control({
    arm: [{ kind: 'node-error', classType: 'KSampler', message: 'broke at /srv/comfy/nodes.py' }],
  });
  using client = await connect(api.graphUrl, key, 'mine');
  const { body } = await send('/prompt', { prompt: drawing({ seed: 10 }), client_id: 'mine' });
  // More than a second, so that it is worth a credit.
  await eventually(async () => expect((await tasks())[0]?.progress.cancelCost ?? 0).toBeGreaterThan(1));
  await pool.release();
  const { data } = await client.until('execution_error');
  await client.until('executing', isOver);
  const [task] = await tasks();
  const charged = task?.charged ?? 0;
  expect(task).toMatchObject({ status: 'failed', cost: 900, attempt: 1 });
  expect(charged).toBeGreaterThan(0);
  expect(charged).toBeLessThan(900);
  expect(data).toMatchObject({
    prompt_id: body.prompt_id,
    node_id: '3',
    node_type: 'KSampler',
    exception_type: 'RuntimeError',
    exception_message: `The graph broke off at node 3, KSampler: “broke at …”. It would again, so it was not tried again. Its time until then cost ${inCredits(charged)}. Mend it, then send it again.`,
  });
  expect(await balance()).toEqual({ available: 1_000 - charged, held: 0 });
  const { status, outputs } = (await send(`/history/${body.prompt_id}`)).body[body.prompt_id];
  expect(status.messages.at(-1)).toEqual(['execution_error', expect.objectContaining(data)]);
  expect([status.status_str, outputs]).toEqual(['error', {}]);
  await set({ GRAPH_SECONDS: null });
});

test('a silent graph that is interrupted costs the time until then, as it was shown, where cancels are free too', async () => {
  const { send, balance, tasks } = await enter();
  // Longer than a slow machine takes to look.
  await set({ GRAPH_SECONDS: 900, CANCEL_CHARGE: 'nothing' });
  await pool.hold();
  const { body } = await send('/prompt', { prompt: drawing({ seed: 8 }) });
  // A held run tells nothing, and its price grows all the same.
  const shown = await eventually(async () => {
    const [task] = await tasks();
    const cancelCost = task?.progress.cancelCost ?? 0;
    expect(cancelCost).toBeGreaterThan(1);
    return cancelCost;
  });
  await send('/interrupt', { prompt_id: body.prompt_id });
  const [task] = await tasks();
  expect(task).toMatchObject({ status: 'cancelled', cost: 900 });
  expect(task?.charged).toBeGreaterThanOrEqual(shown);
  expect(task?.charged).toBeLessThan(900);
  expect(await balance()).toEqual({ available: 1_000 - (task?.charged ?? 0), held: 0 });
  await set({ GRAPH_SECONDS: null, CANCEL_CHARGE: null });
  await pool.release();
});

test('nobody without a working key connects, and a closed door answers no socket', async () => {
  const open = async (path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const socket = new WebSocket(`${api.graphUrl.replace('http', 'ws')}${path}`, { headers });
    const [, response] = await once(socket, 'unexpected-response');
    return response.statusCode;
  };
  const { key } = await enter();
  expect(await open('/ws?clientId=x')).toBe(401);
  expect(await open('/ws?clientId=x', 'Bearer sk-none')).toBe(401);
  expect(await open(`/ws?clientId=x&token=${key}`)).toBe(401);
  expect(await open('/elsewhere', `Bearer ${key}`)).toBe(404);
});
