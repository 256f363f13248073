import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { beforeAll, describe, expect, test } from 'vitest';
import { mcpFixture, small } from '../testing/mcpServer.ts';
import { imagesOf, linksOf, textOf } from '../testing/readResult.ts';

const { api, platform, pool, enter, connect, balanceOf, tasksOf } = mcpFixture({ isDrawing: true });
beforeAll(async () => {
  await pool.release();
});

describe.each(['modern', 'legacy'] as const)('the official client, %s', (era) => {
  test('makes a picture, which its person pays and has among their tasks', async () => {
    const { person, client } = await enter({ era });
    const told: number[] = [];
    // Larger than what is sent as it is.
    const params = { ...small, width: 640 };
    const call = { name: 'generate', arguments: { workflow: 'text2img', params, waitSeconds: 600 } };
    const result = await client.callTool(call, { onprogress: ({ progress }) => told.push(progress) });
    const [task] = await tasksOf(person);
    expect(result.structuredContent).toMatchObject({
      taskId: task?.id,
      status: 'succeeded',
      credits: { price: task?.cost, charged: task?.cost },
    });
    expect(task).toMatchObject({ status: 'succeeded', params: { prompt: small.prompt } });
    expect(await balanceOf(person)).toEqual({ available: 1_000 - (task?.cost ?? 0), held: 0 });
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    const [image] = imagesOf(result);
    const seen = await openPicture(Buffer.from(image?.data ?? '', 'base64')).metadata();
    expect([seen.format, seen.width]).toEqual(['jpeg', 512]);
    const [link] = linksOf(result);
    const { pathname, search } = new URL(link?.uri ?? '');
    const opened = await api.call(pathname + search);
    expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'image/png']);
  });

  test('lists, describes and quotes, which costs nothing', async () => {
    const { person, client } = await enter({ era });
    const { tools } = await client.listTools();
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
      ['draw', false],
      ['edit', false],
      ['upscale', false],
      ['animate', false],
      ['list_workflows', true],
      ['describe_workflow', true],
      ['quote', true],
      ['generate', false],
      ['wait', true],
      ['get_result', true],
      ['upload', false],
      ['cancel', false],
      ['balance', true],
      ['follow_ups', true],
    ]);
    for (const { name, outputSchema } of tools) expect([name, outputSchema?.type]).toEqual([name, 'object']);
    expect(tools.find(({ name }) => name === 'cancel')?.annotations?.destructiveHint).toBe(true);
    const { workflows } = (await client.callTool({ name: 'list_workflows' })).structuredContent as {
      workflows: { name: string; credits: number }[];
    };
    expect(workflows.map(({ name }) => name)).toContain('text2img');
    const described = await client.callTool({
      name: 'describe_workflow',
      arguments: { workflow: 'text2img' },
    });
    const { params } = described.structuredContent as { params: { required: string[] } };
    expect(params.required).toContain('prompt');
    expect(JSON.stringify(described).length).toBeLessThan(12_000);
    expect(JSON.stringify(described)).not.toMatch(/[\u4e00-\u9fff]/);
    const args = { workflow: 'text2img', params: small };
    const quoted = await client.callTool({ name: 'quote', arguments: args });
    const direct = await api.call('/api/v1/generate/text2img/quote', {
      token: person.accessToken,
      body: small,
    });
    expect(quoted.structuredContent).toMatchObject({ credits: direct.body.cost });
    expect(textOf(quoted)).toContain('This costs 1 credit.');
    expect(await tasksOf(person)).toEqual([]);
    expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
  });
});

test('a picture that was uploaded or made goes on to another workflow', async () => {
  const { person, client } = await enter();
  const bytes = await createTwoColours(256, 256).png().toBuffer();
  const data = bytes.toString('base64');
  const { assetId } = (await client.callTool({ name: 'upload', arguments: { data } })).structuredContent as {
    assetId: string;
  };
  const change = (image?: string) => ({
    workflow: 'img2img',
    waitSeconds: 600,
    params: { prompt: 'in snow', image },
  });
  const changed = await client.callTool({ name: 'generate', arguments: change(assetId) });
  const { outputs } = changed.structuredContent as { outputs: { assetId: string }[] };
  await client.callTool({ name: 'generate', arguments: change(outputs[0]?.assetId) });
  expect((await tasksOf(person)).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  const refused = await client.callTool({ name: 'upload', arguments: { url: 'http://127.0.0.1:1/picture' } });
  expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining('public internet')]);
  const words = await client.callTool({ name: 'upload', arguments: { data: 'bm90IGEgcGljdHVyZQ==' } });
  expect([words.isError, words.structuredContent]).toMatchObject([true, { code: 'unsupported-media' }]);
});

test('plain tools draw, change, enlarge and animate by the workflows that programs get by default', async () => {
  const { person, client } = await enter();
  const call = async (name: string, args: object) => {
    const result = await client.callTool({ name, arguments: { waitSeconds: 600, ...args } });
    const { outputs = [] } = result.structuredContent as { outputs?: { assetId: string; width: number }[] };
    return { isError: result.isError, code: (result.structuredContent as { code?: string }).code, outputs };
  };
  const drawn = await call('draw', { prompt: 'a fox', width: 250, count: 2 });
  expect(drawn.outputs.map(({ width }) => width)).toEqual([256, 256]);
  const image = drawn.outputs[0]?.assetId ?? '';
  expect((await call('edit', { prompt: 'in snow', image })).outputs).toHaveLength(1);
  expect((await call('upscale', { image })).outputs[0]?.width).toBe(512);
  const dear = { mostCredits: 0 };
  expect(await call('draw', { prompt: 'a fox', ...dear })).toMatchObject({ isError: true });
  expect(await call('animate', { prompt: 'waves', ...dear })).toMatchObject({ isError: true });
  expect(await call('animate', { prompt: 'waves', image, ...dear })).toMatchObject({ isError: true });
  expect((await tasksOf(person)).map(({ status }) => status)).toEqual(Array(3).fill('succeeded'));
});

test('each picture of an answer is said of its own result, also where an earlier one has none', async () => {
  const { client } = await enter();
  const drawn = await client.callTool({
    name: 'generate',
    arguments: { workflow: 'text2img', params: { ...small, count: 2 }, waitSeconds: 600 },
  });
  const read = (result: typeof drawn) => {
    const { taskId, outputs } = result.structuredContent as {
      taskId: string;
      outputs: { assetId: string; picture?: number }[];
    };
    return { taskId, ids: outputs.map(({ assetId }) => assetId), places: outputs.map((one) => one.picture) };
  };
  const { taskId, ids, places } = read(drawn);
  expect([places, imagesOf(drawn).length]).toEqual([[0, 1], 2]);
  // Until its small one is drawn, the whole picture stands for it.
  await eventually(async () => {
    const waiting = platform.db.database('assets').whereIn('id', ids).whereNull('thumbnailKey');
    expect(await waiting).toEqual([]);
  });
  const known = await client.callTool({ name: 'wait', arguments: { taskId } });
  // As where the file is gone, or a 3D model was not drawn.
  await platform.db
    .database('assets')
    .where({ id: ids[0] })
    .update({ storageKey: 'outputs/none.png', thumbnailKey: null });
  const later = await client.callTool({ name: 'wait', arguments: { taskId } });
  expect([read(later).places, imagesOf(later).length]).toEqual([[undefined, 0], 1]);
  expect(imagesOf(later)).toEqual(imagesOf(known).slice(1));
});

test('a key comes as X-API-Key too, and without one the door stays shut', async () => {
  const { key } = await enter();
  const client = await connect({ 'X-API-Key': key });
  expect((await client.callTool({ name: 'balance' })).structuredContent).toMatchObject({ available: 1_000 });
  const wrong: Record<string, string>[] = [{}, { Authorization: 'Bearer sgk_aaaaaaaa_wrong' }];
  for (const headers of wrong) await expect(connect(headers)).rejects.toThrow();
  const answer = await fetch(`${api.url}/mcp`, { method: 'POST' });
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringMatching(/^Bearer /),
  ]);
});

test('a host finds the card of a result, which asks for nothing of the network, at the tools that make one', async () => {
  const { client } = await enter();
  const uri = 'ui://star-graph/result.html';
  const { resources } = await client.listResources();
  expect(resources).toMatchObject([{ uri, mimeType: 'text/html;profile=mcp-app' }]);
  const { contents } = await client.readResource({ uri });
  const [card] = contents as { text: string; _meta: object }[];
  expect(card).toMatchObject({
    uri,
    mimeType: 'text/html;profile=mcp-app',
    _meta: { ui: { csp: { connectDomains: [], resourceDomains: [] } } },
  });
  expect(card?.text).not.toMatch(/https?:|<link|src=/);
  const { tools } = await client.listTools();
  const shown = tools.filter(({ _meta }) => (_meta?.ui as { resourceUri?: string })?.resourceUri === uri);
  expect(shown.map(({ name, _meta }) => [name, _meta?.['ui/resourceUri']])).toEqual([
    ...['draw', 'edit', 'upscale', 'animate', 'generate', 'get_result'].map((name) => [name, uri]),
    ['follow_ups', undefined],
  ]);
  expect(shown.at(-1)?._meta?.ui).toMatchObject({ visibility: ['app'] });
});

test('what can be made of a result is told with its price and with the picture it came from, to its person', async () => {
  const [one, other] = [await enter(), await enter()];
  const make = async (name: string, args: object) => {
    const made = await one.client.callTool({ name, arguments: { waitSeconds: 600, ...args } });
    const { taskId, outputs } = made.structuredContent as { taskId: string; outputs: { assetId: string }[] };
    return { taskId, assetId: outputs[0]?.assetId ?? '' };
  };
  const ask = (of: typeof one, args: Record<string, string>) =>
    of.client.callTool({ name: 'follow_ups', arguments: args });
  const drawn = await make('draw', { prompt: 'a fox', width: 256 });
  const offered = await ask(one, drawn);
  const { steps } = offered.structuredContent as {
    steps: { name: string; workflow: string; params: Record<string, unknown>; credits: number }[];
  };
  expect(steps).toMatchObject([
    { name: 'again', params: { prompt: 'a fox', width: 256 } },
    { name: 'enlarge', workflow: 'upscale', params: { image: drawn.assetId, scale: 2 } },
    { name: 'animate', params: { image: drawn.assetId } },
  ]);
  expect(steps[0]?.params).not.toHaveProperty('seed');
  expect(imagesOf(offered)).toEqual([]);
  const [again] = steps;
  const { workflow, params, credits: mostCredits } = again ?? {};
  const taken = await one.client.callTool({
    name: 'generate',
    arguments: { workflow, params, mostCredits, waitSeconds: 600 },
  });
  expect(taken.structuredContent).toMatchObject({ status: 'succeeded', credits: { price: mostCredits } });
  const enlarged = await make('upscale', { image: drawn.assetId });
  expect(imagesOf(await ask(one, enlarged))).toHaveLength(1);
  for (const args of [drawn, { ...drawn, taskId: enlarged.taskId }])
    expect((await ask(args === drawn ? other : one, args)).structuredContent).toMatchObject({
      code: 'not-found',
    });
});
