import { beforeAll, describe, expect, test } from 'vitest';
import { drawing, graphFixture } from '../testing/graphFixture.ts';

const { api, pool, enter, set, asAdmin } = graphFixture();
beforeAll(async () => {
  await pool.release();
});

const changed = (id: string, inputs: object, classType?: string) => {
  const graph: Record<string, { class_type: string; inputs: object }> = drawing();
  const node = graph[id];
  return {
    ...graph,
    [id]: { class_type: classType ?? node?.class_type ?? '', inputs: { ...node?.inputs, ...inputs } },
  };
};
const load = (inputs: object, classType = 'LoadImage') => ({
  '1': { class_type: classType, inputs },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
});

describe('a graph is refused in the words of ComfyUI for', () => {
  test.each([
    ['a class that is not allowed', changed('9', {}, 'SaveLatent'), 'missing_node_type', undefined],
    ['a class of nowhere', changed('9', {}, 'NoSuchNode'), 'missing_node_type', undefined],
    ['a class named like a property', changed('9', {}, 'constructor'), 'missing_node_type', undefined],
    ['a file by its path', load({ image: '../../etc/passwd' }), 'custom_validation_failed', '1'],
    ['an absolute file', load({ image: '/etc/passwd' }), 'custom_validation_failed', '1'],
    ['a file that the server has', load({ image: 'example.png' }), 'custom_validation_failed', '1'],
    [
      'a linked file name',
      { ...changed('9', {}), ...load({ image: ['6', 0] }) },
      'custom_validation_failed',
      '1',
    ],
    ['a model by its path', changed('4', { ckpt_name: '../x.safetensors' }), 'custom_validation_failed', '4'],
    ['a model of nowhere', changed('4', { ckpt_name: 'none.safetensors' }), 'value_not_in_list', '4'],
    ['a linked prefix', changed('9', { filename_prefix: ['6', 0] }), 'custom_validation_failed', '9'],
    ['a picture beyond the limit', changed('5', { width: 8192 }), 'custom_validation_failed', '5'],
    ['a batch beyond the limit', changed('5', { batch_size: 17 }), 'custom_validation_failed', '5'],
    ['steps beyond the limit', changed('3', { steps: 151 }), 'custom_validation_failed', '3'],
    ['a value below its range', changed('3', { cfg: -1 }), 'value_smaller_than_min', '3'],
    ['a value of another type', changed('3', { steps: 'many' }), 'invalid_input_type', '3'],
    ['a missing input', changed('8', { vae: undefined }), 'required_input_missing', '8'],
    ['a link to nowhere', changed('8', { samples: ['99', 0] }), 'exception_during_inner_validation', '8'],
    ['a cycle', changed('6', { clip: ['6', 0] }), 'dependency_cycle', undefined],
    ['a graph that saves nothing', { '4': drawing()['4'] }, 'prompt_no_outputs', undefined],
    ['a list', [], 'invalid_prompt', undefined],
    ['nothing', null, 'invalid_prompt', undefined],
    ['a page’s own format', { nodes: [], links: [] }, 'invalid_prompt', undefined],
  ])('%s', async (_case, prompt, type, nodeId) => {
    const { send, balance, tasks } = await enter();
    const { status, body } = await send('/prompt', { prompt });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      message: expect.any(String),
      details: expect.any(String),
      extra_info: {},
    });
    const [error] = nodeId === undefined ? [body.error] : body.node_errors[nodeId].errors;
    expect(error.type).toBe(type);
    if (nodeId !== undefined) expect(body.error.type).toBe('prompt_outputs_failed_validation');
    expect([await tasks(), await balance()]).toEqual([[], { available: 1_000, held: 0 }]);
  });

  test('a node, with the value that it was given and the outputs that it spoils', async () => {
    const { send } = await enter();
    const { body } = await send('/prompt', { prompt: changed('5', { width: 8192 }) });
    const { errors, ...rest } = body.node_errors['5'];
    expect(rest).toEqual({ dependent_outputs: ['9'], class_type: 'EmptyLatentImage' });
    expect(errors).toMatchObject([{ extra_info: { input_name: 'width', received_value: 8192 } }]);
    const { body: missing } = await send('/prompt', { prompt: changed('8', { vae: undefined }) });
    expect(missing.node_errors['8'].errors[0].extra_info).toEqual({ input_name: 'vae' });
  });

  test('a body that is no JSON, and ids of another kind', async () => {
    const { send, tasks } = await enter();
    const prompt = drawing();
    for (const [body, type] of [
      [{ prompt, prompt_id: 'mine' }, 'invalid_prompt_id'],
      [{ prompt, client_id: 5 }, 'invalid_prompt'],
      [{ prompt, client_id: {} }, 'invalid_prompt'],
      [{ client_id: 'mine' }, 'no_prompt'],
    ] as const) {
      const { status, body: answer } = await send('/prompt', body);
      expect([status, answer.error.type, answer.node_errors]).toEqual([400, type, {}]);
    }
    const { key } = await enter();
    const headers = { authorization: `Bearer ${key}` };
    const broken = await fetch(`${api.graphUrl}/prompt`, { method: 'POST', headers, body: '{' });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { type: 'invalid_prompt' } }]);
    expect(await tasks()).toEqual([]);
  });
});

test('words that the operator forbids are found in every text of a graph', async () => {
  const { send, tasks } = await enter();
  await asAdmin('word-rules', { blockedWords: ['kraken'] }, 'PUT');
  const answers = [
    await send('/prompt', { prompt: drawing({ text: 'a kraken' }) }),
    await send('/prompt', { prompt: changed('7', { text: 'not a kraken' }) }),
  ];
  await asAdmin('word-rules', {}, 'PUT');
  expect(answers.map(({ body }) => body.error.type)).toEqual(['content_refused', 'content_refused']);
  expect(await tasks()).toEqual([]);
});

test('the door is closed by default, and opens for the roles that the operator chose', async () => {
  const { send, tasks } = await enter();
  for (const [door, status] of [
    ['off', 404],
    ['admin', 403],
    ['moderator', 403],
  ] as const) {
    await set({ GRAPH_DOOR: door });
    const { status: answered, body } = await send('/prompt', { prompt: drawing() });
    expect([door, answered, body.error.type]).toEqual([
      door,
      status,
      status === 404 ? 'not_found' : 'forbidden',
    ]);
    expect((await send('/queue')).status).toBe(status);
    expect((await api.call('/api/public/status')).body.doors).toEqual({ sdapi: false, graph: door });
  }
  await set({ GRAPH_DOOR: null });
  expect((await send('/queue')).status).toBe(200);
  expect(await tasks()).toEqual([]);
});

test('a key comes as Bearer, or as a name or a password', async () => {
  const { key } = await enter();
  const statusOf = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await fetch(`${api.graphUrl}/queue`, { headers });
    return [answer.status, answer.headers.get('www-authenticate')];
  };
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const good of [`Bearer ${key}`, basic(`anybody:${key}`), basic(`${key}:`)])
    expect(await statusOf(good)).toEqual([200, null]);
  for (const bad of [undefined, 'Bearer sk-none', basic('anybody:sk-none'), basic(':')])
    expect(await statusOf(bad)).toEqual([401, 'Basic realm="star-graph"']);
});

test('what the protocol has and the door has not is 404', async () => {
  const { send } = await enter();
  for (const path of ['/internal/logs/raw', '/users', '/userdata?dir=.', '/view_metadata/loras'])
    expect((await send(path)).status).toBe(404);
  expect((await send('/free', { unload_models: true })).status).toBe(404);
});
