import { GoogleGenAI } from '@google/genai';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { openPicture } from '@star-graph/core/testing/pictures';
import { sampleManifestOfKinds, saveOtherKinds } from '@star-graph/workflows/testing/sampleManifest';
import OpenAI from 'openai';
import { beforeAll, expect, test } from 'vitest';
import type { NodeOutput } from './graph/runs/presentRuns.ts';
import { doorFixture } from './testing/doorServer.ts';
import { drawing } from './testing/graphFixture.ts';
import { connect } from './testing/graphSocket.ts';
import { PatientClient } from './testing/mcpServer.ts';
import { imagesOf, linksOf, textOf } from './testing/readResult.ts';
import { basicOf } from './testing/sdapiServer.ts';

const env = { SDAPI_PORT: '0', GRAPH_PORT: '0', GRAPH_DOOR: 'user' };
const { api, pool, asAdmin, enterByKey, balanceOf, tasksOf } = doorFixture({ env });

beforeAll(async () => {
  await pool.release();
  const body = sampleManifestOfKinds('poster', 'a fox');
  const { status, body: added } = await asAdmin('workflows', body);
  expect([status, added.errors]).toEqual([201, undefined]);
});

async function enter() {
  const { person, key } = await enterByKey();
  const openai = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: key, maxRetries: 0 });
  const sdapi = async (body: object) => {
    const headers = { authorization: basicOf(key), 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(`${api.sdapiUrl}/sdapi/v1/txt2img`, init);
    return (await answer.json()) as { images: string[]; info: string };
  };
  const gemini = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: api.url } });
  return { person, key, openai, sdapi, gemini };
}

const pictureIn = async (base64: unknown) =>
  (await openPicture(Buffer.from(String(base64), 'base64')).metadata()).format;

const kinds = ['audio/mpeg', 'model/gltf-binary', 'text/plain'];
const link = /https?:\/\/\S+/g;
/** Signed for the platform's public address. */
const open = (url: string) => fetch(`${api.url}${new URL(url).pathname}${new URL(url).search}`);

/** What words have of a text, a sound and a body. */
async function expectTold(words: string | null | undefined): Promise<void> {
  expect(words).toContain('a fox');
  expect(words).toContain('audio/mpeg: ');
  const links = words?.match(link) ?? [];
  expect(links).toHaveLength(2);
  for (const url of links) expect((await open(url)).status).toBe(200);
}

test('a task of several kinds has each of them in every door, and its picture where pictures are', async () => {
  const { person, key, openai, sdapi, gemini } = await enter();
  const model = 'poster';
  const prompt = 'a fox';

  const { data, ...images } = await openai.images.generate({ model, prompt });
  expect(await Promise.all((data ?? []).map((one) => pictureIn(one.b64_json)))).toEqual(['png']);
  const { other_results: others } = images as unknown as {
    other_results: { type: string; url: string; text?: string }[];
  };
  expect(others.map(({ type }) => type).toSorted()).toEqual(kinds);
  expect(others.find(({ type }) => type === 'text/plain')?.text).toBe(prompt);
  for (const { type, url } of others) expect((await open(url)).headers.get('content-type')).toContain(type);

  const stream = await openai.images.generate({ model, prompt, stream: true });
  const told: unknown[] = [];
  for await (const event of stream) told.push((event as { other_results?: unknown[] }).other_results?.length);
  expect(told).toEqual([kinds.length]);

  const chat = await openai.chat.completions.create({
    model,
    messages: [{ role: 'user', content: prompt }],
    modalities: ['image', 'text'] as unknown as ['text'],
  });
  await expectTold(chat.choices[0]?.message.content);

  const tools = [{ type: 'image_generation' as const, model }];
  const response = await openai.responses.create({ model: 'gpt-5', input: prompt, tools });
  expect(response.output.map(({ type }) => type)).toEqual(['image_generation_call', 'message']);
  await expectTold(response.output_text);
  expect((await openai.responses.retrieve(response.id)).output_text).toContain(prompt);

  const { candidates } = await gemini.models.generateContent({ model, contents: prompt });
  const parts = candidates?.flatMap(({ content }) => content?.parts ?? []) ?? [];
  expect(await pictureIn(parts[0]?.inlineData?.data)).toBe('png');
  await expectTold(parts[1]?.text);

  const drawn = await sdapi({ prompt, override_settings: { sd_model_checkpoint: model } });
  expect(await Promise.all(drawn.images.map(pictureIn))).toEqual(['png']);
  await expectTold(JSON.parse(drawn.info).comments.at(-1));

  const mcp = new PatientClient({ name: 'test', version: '1.0.0' });
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await mcp.connect(new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), { requestInit }));
  const answer = await mcp.callTool({ name: 'generate', arguments: { workflow: model, params: { prompt } } });
  await mcp.close();
  expect(linksOf(answer)).toHaveLength(4);
  // The body is seen, too.
  expect(imagesOf(answer)).toHaveLength(2);
  for (const word of ['picture', 'text', 'sound', '3D model'])
    expect(textOf(answer)).toContain(`Its ${word}: `);

  const tasks = await tasksOf(person);
  expect(tasks.map(({ status }) => status)).toEqual(tasks.map(() => 'succeeded'));
  const paid = tasks.reduce((sum, { charged = 0 }) => sum + charged, 0);
  expect(await balanceOf(person)).toEqual({ available: 1_000 - paid, held: 0 });
});

test("a graph of one's own has each kind under the key that clients of ComfyUI read", async () => {
  const { key } = await enter();
  using socket = await connect(api.graphUrl, key, 'kinds');
  const body = JSON.stringify({
    prompt: { ...drawing(), ...saveOtherKinds('4', 'a fox') },
    client_id: 'kinds',
  });
  const headers = { authorization: `Bearer ${key}` };
  const sent = await fetch(`${api.graphUrl}/prompt`, { method: 'POST', headers, body });
  const { prompt_id: id } = (await sent.json()) as { prompt_id: string };
  await socket.until('execution_success');
  const history = await fetch(`${api.graphUrl}/history/${id}`, { headers });
  const { [id]: entry } = (await history.json()) as Record<string, { outputs: Record<string, NodeOutput> }>;
  expect(entry?.outputs).toMatchObject({
    9: { images: [{ filename: expect.stringMatching(/\.png$/) }] },
    20: { text: ['a fox'] },
    23: { audio: [{ filename: expect.stringMatching(/\.mp3$/) }] },
    27: { '3d': [{ filename: expect.stringMatching(/\.glb$/) }] },
  });
  const [{ filename = '' } = {}] = entry?.outputs[23]?.audio ?? [];
  const viewed = await fetch(`${api.graphUrl}/view?filename=${filename}`, { headers });
  expect(viewed.headers.get('content-type')).toBe('audio/mpeg');
});

test('a door of pictures and films says what else a model makes, and where to ask for it', async () => {
  const { person, openai, sdapi, gemini } = await enter();
  const messageOf = (asked: Promise<unknown>) =>
    asked.then(
      () => expect.unreachable(),
      ({ message }: Error) => message,
    );
  for (const [model, makes] of [
    ['ace-step', 'It makes sounds.'],
    ['expand-prompt', 'It makes texts.'],
    ['hunyuan3d', 'It makes 3D models.'],
  ] as const) {
    const prompt = 'a fox';
    const said = `The model ${model} cannot be asked here: ${makes} Ask it at /api/v1/generate/${model} or by /mcp.`;
    expect(await messageOf(openai.images.generate({ model, prompt }))).toContain(makes);
    expect(await messageOf(openai.videos.create({ model: model as 'sora-2', prompt }))).toContain(makes);
    expect(await messageOf(gemini.models.generateContent({ model, contents: prompt }))).toContain(makes);
    const refused = await sdapi({ prompt, override_settings: { sd_model_checkpoint: model } });
    expect(JSON.stringify(refused)).toContain(said);
  }
  expect(await tasksOf(person)).toEqual([]);
});
