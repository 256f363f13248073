import { ApiError, GoogleGenAI } from '@google/genai';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import type { OpenAI } from 'openai';
import { beforeAll, expect, test } from 'vitest';
import { readAsPython } from '../../testing/calls/pythonEvents.ts';
import { errorOf, openAiFixture } from '../testing/openAiServer.ts';

const { api, pool, enter, set, balanceOf, tasksOf } = openAiFixture();
beforeAll(async () => {
  await pool.release();
});

type Content = OpenAI.ChatCompletionUserMessageParam['content'];
/** What OpenRouter's clients send and read beside the package's own types. */
interface Drawn {
  images?: { type: string; image_url: { url: string } }[];
}

const ask = (content: Content, model = 'gpt-image-1:image') => ({
  model,
  messages: [
    { role: 'system' as const, content: 'You draw.' },
    { role: 'user' as const, content: 'something else' },
    { role: 'assistant' as const, content: 'Here it is.' },
    { role: 'user' as const, content },
  ],
  modalities: ['image', 'text'] as unknown as ['text'],
  temperature: 1,
});

async function formatOf(drawn: Drawn | undefined): Promise<string | undefined> {
  const [, base64 = ''] = drawn?.images?.[0]?.image_url.url.split('base64,') ?? [];
  return (await openPicture(Buffer.from(base64, 'base64')).metadata()).format;
}

test('the last words of a chat become a picture, which is paid like any other', async () => {
  const { person, client } = await enter();
  const { choices, usage } = await client.chat.completions.create(ask('a lighthouse'));
  expect(await formatOf(choices[0]?.message as Drawn | undefined)).toBe('png');
  expect(choices).toMatchObject([
    { finish_reason: 'stop', message: { role: 'assistant', content: 'Here is the picture.' } },
  ]);
  const tasks = await tasksOf(person);
  expect(tasks).toMatchObject([{ status: 'succeeded', params: { prompt: 'a lighthouse' } }]);
  expect(usage?.completion_tokens).toBe(tasks[0]?.cost);
  expect((await balanceOf(person)).available).toBe(1_000 - (tasks[0]?.cost ?? 0));
});

test('a chat has what clients made of a description ask for', async () => {
  const { client } = await enter();
  const answer = await client.chat.completions.create(ask('a lighthouse', 'text2img'));
  expect(answer).toMatchObject({ system_fingerprint: null, choices: [{ logprobs: null }] });
  expect(answer.choices[0]?.message.refusal).toBeNull();
});

test('a picture beside the last words is changed', async () => {
  const { person, client } = await enter();
  const url = `data:image/png;base64,${(await createTwoColours(256, 256).png().toBuffer()).toString('base64')}`;
  const { choices } = await client.chat.completions.create(
    ask([
      { type: 'text', text: 'in snow' },
      { type: 'image_url', image_url: { url } },
    ]),
  );
  expect(await formatOf(choices[0]?.message as Drawn | undefined)).toBe('png');
  expect((await tasksOf(person))[0]?.params).toMatchObject({ prompt: 'in snow', image: expect.any(String) });
});

test('a streamed chat ends with the picture, the price and the reason', async () => {
  const { client } = await enter();
  const stream = await client.chat.completions.create({ ...ask('a lighthouse', 'text2img'), stream: true });
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const drawn = chunks.map(({ choices }) => choices[0]?.delta as Drawn).filter(({ images }) => images);
  expect(drawn).toHaveLength(1);
  expect(await formatOf(drawn[0])).toBe('png');
  expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  expect(chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0);
});

test('a shape that a chat asks for is that of the picture, and another value is refused by name', async () => {
  const { person, client } = await enter();
  const shaped = (image_config: object) => {
    const asked = { ...ask('a lighthouse'), image_config };
    return client.chat.completions.create(asked);
  };
  await shaped({ aspect_ratio: '16:9' });
  const [task] = await tasksOf(person);
  expect(task?.params).toMatchObject({ width: 1368, height: 768 });
  for (const config of [{ aspect_ratio: '17:9' }, { image_size: '4K' }])
    expect((await errorOf(shaped(config))).param).toBe('image_config');
  expect(await tasksOf(person)).toHaveLength(1);
});

test('a chat without words, and one that wants no picture, are refused by name', async () => {
  const { person, client } = await enter();
  const silent = await errorOf(client.chat.completions.create(ask(' ')));
  expect([silent.status, silent.param]).toEqual([400, 'messages']);
  const written = { ...ask('a fox'), modalities: ['text'] as ['text'] };
  expect((await errorOf(client.chat.completions.create(written))).param).toBe('modalities');
  const equipped = await errorOf(client.chat.completions.create({ ...ask('a fox'), tools: [] }));
  expect(equipped.message).toContain('tools: There is no such parameter.');
  const remote = ask([
    { type: 'text', text: 'in snow' },
    { type: 'image_url', image_url: { url: 'http://127.0.0.1/' } },
  ]);
  expect((await errorOf(client.chat.completions.create(remote))).param).toBe('messages');
  expect(await tasksOf(person)).toEqual([]);
});

test('a client that leaves a chat cancels its task', async () => {
  await pool.hold();
  const { person, client } = await enter();
  const stream = await client.chat.completions.create({ ...ask('a fox'), stream: true });
  stream.controller.abort();
  await eventually(async () => expect((await tasksOf(person))[0]?.status).toBe('cancelled'));
  await pool.release();
  expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
});

test("Python's openai reads every event of a stream as JSON, of pictures, edits and chats", async () => {
  const { key } = await enter();
  const send = async (path: string, body: object | FormData) => {
    const isForm = body instanceof FormData;
    const answer = await fetch(`${api.url}/v1/${path}`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${key}`,
        'user-agent': 'OpenAI/Python 1.69.0',
        ...(isForm ? {} : { 'content-type': 'application/json' }),
      },
      body: isForm ? body : JSON.stringify(body),
    });
    return readAsPython(await answer.text()).map(({ event, data }) =>
      data.startsWith('[DONE]') ? 'done' : [event, JSON.parse(data).object],
    );
  };
  const pictures = { prompt: 'a lighthouse', size: '256x256', steps: 2, stream: true };
  expect((await send('images/generations', pictures)).at(-1)).toEqual([
    'image_generation.completed',
    undefined,
  ]);
  const photo = await createTwoColours(256, 256).png().toBuffer();
  const form = new FormData();
  const fields = {
    prompt: 'in snow',
    stream: 'true',
    image: new Blob([new Uint8Array(photo)], { type: 'image/png' }),
  };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  expect((await send('images/edits', form)).at(-1)).toEqual(['image_edit.completed', undefined]);
  const chunks = await send('chat/completions', { ...ask('a lighthouse', 'text2img'), stream: true });
  expect(chunks.length).toBeGreaterThan(1);
  expect([chunks.at(0), chunks.at(-1)]).toEqual([[undefined, 'chat.completion.chunk'], 'done']);
});

interface GeminiBody {
  predictions?: { bytesBase64Encoded: string }[];
  candidates?: { content: { parts: { inlineData: { mimeType: string } }[] } }[];
  responseId?: string;
  error?: { code: number; status: string };
}

const ofGoogle = (key: string) =>
  new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: api.url, retryOptions: { attempts: 1 } } });
const sizeOf = async (base64 = '') => {
  const { format, width, height } = await openPicture(Buffer.from(base64, 'base64')).metadata();
  return [format, width, height];
};

test('the package of Google draws, changes a picture and goes on from it by its base address', async () => {
  const { key, person } = await enter();
  const { models } = ofGoogle(key);
  const config = { candidateCount: 2, seed: 7, imageConfig: { aspectRatio: '16:9' } };
  const drawn = await models.generateContent({
    model: 'gemini-2.5-flash-image',
    contents: 'a lighthouse',
    config: { ...config, responseModalities: ['TEXT', 'IMAGE'] },
  });
  const pictures = (drawn.candidates ?? []).map(({ content }) => content?.parts?.[0]?.inlineData);
  expect(pictures.map((picture) => picture?.mimeType)).toEqual(['image/png', 'image/png']);
  const [, width = 0, height = 0] = await sizeOf(pictures[0]?.data);
  expect(Number(width) / Number(height)).toBeCloseTo(16 / 9, 1);
  const [first] = await tasksOf(person);
  expect(first?.params).toMatchObject({ prompt: 'a lighthouse', seed: 7, count: 2 });
  expect(drawn.usageMetadata?.candidatesTokenCount).toBe(first?.cost);
  const small = (await createTwoColours(256, 256).png().toBuffer()).toString('base64');
  const part = { inlineData: { mimeType: 'image/png', data: small } };
  const chat = ofGoogle(key).chats.create({ model: 'gpt-image-1' });
  await chat.sendMessage({ message: [{ text: 'in snow' }, part] });
  const streamed = await chat.sendMessageStream({ message: 'at night' });
  const seen: (string | undefined)[] = [];
  for await (const { data } of streamed) seen.push(data);
  expect(await sizeOf(seen[0])).toEqual(['png', 256, 256]);
  const changed = (await tasksOf(person)).slice(0, 2);
  expect(changed.map(({ params }) => [params.prompt, typeof params.image])).toEqual([
    ['at night', 'string'],
    ['in snow', 'string'],
  ]);
  const listed = await models.list();
  expect(listed.page.map(({ name }) => name)).toContain('models/text2img');
  expect(await models.get({ model: 'text2img' })).toMatchObject({ name: 'models/text2img' });
});

test('Open WebUI’s requests to Gemini’s addresses draw and change, by predict and in the older spelling', async () => {
  const { key } = await enter();
  const post = async (
    call: string,
    body: object,
    headers: Record<string, string> = { 'x-goog-api-key': key },
  ) => {
    const response = await fetch(`${api.url}/v1beta/models/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as GeminiBody };
  };
  const parameters = { sampleCount: 2, outputOptions: { mimeType: 'image/png' } };
  const predicted = await post('imagen-4.0-generate-001:predict', {
    instances: { prompt: 'a fox' },
    parameters,
  });
  expect(predicted.body.predictions).toHaveLength(2);
  expect((await sizeOf(predicted.body.predictions?.[0]?.bytesBase64Encoded))[0]).toBe('png');
  // It says so of whatever it has.
  const jpeg = (await createTwoColours(256, 256).jpeg().toBuffer()).toString('base64');
  const old = { inline_data: { mime_type: 'image/png', data: jpeg } };
  const content = { contents: [{ parts: [{ text: 'in snow' }, old] }] };
  const headers = { 'x-goog-api-key': key, 'idempotency-key': 'one-change' };
  const [one, again] = [
    await post('gpt-image-1:generateContent', content, headers),
    await post('gpt-image-1:generateContent', content, headers),
  ];
  expect(one.body.candidates?.[0]?.content.parts[0]?.inlineData.mimeType).toBe('image/png');
  expect(again.body.responseId).toBe(one.body.responseId);
  const status = async (answer: ReturnType<typeof post>) => {
    const { status: code, body } = await answer;
    return [code, body.error?.code, body.error?.status];
  };
  const words = { contents: [{ parts: [{ text: 'a fox' }] }] };
  expect(await status(post('gpt-image-1:generateContent', words, {}))).toEqual([401, 401, 'UNAUTHENTICATED']);
  // A key in an address would be written down on the way.
  expect((await post(`gpt-image-1:generateContent?key=${key}`, words, {})).status).toBe(401);
  expect(await status(post('nothing:generateContent', words))).toEqual([404, 404, 'NOT_FOUND']);
  expect(await status(post('gpt-image-1:countTokens', words))).toEqual([404, 404, 'NOT_FOUND']);
  for (const wrong of [
    { contents: [] },
    { contents: [{ parts: [old] }] },
    { ...words, tools: [{ googleSearch: {} }] },
    { ...words, generationConfig: { responseModalities: ['TEXT'] } },
    { ...words, generationConfig: { imageConfig: { aspectRatio: '7:1' } } },
    { contents: [{ parts: [{ text: 'a', fileData: { fileUri: 'https://example.com/a.png' } }] }] },
    { contents: [{ parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: '!' } }] }] },
  ])
    expect(await status(post('gpt-image-1:generateContent', wrong))).toEqual([400, 400, 'INVALID_ARGUMENT']);
});

test('what Google’s package may not have is refused as it reads it, and nothing is held', async () => {
  const { key, person } = await enter();
  const ask = (contents: string) =>
    ofGoogle(key)
      .models.generateContent({ model: 'text2img', contents, config: { responseModalities: ['IMAGE'] } })
      .then(
        () => undefined,
        (error: unknown) => (error instanceof ApiError ? error.status : undefined),
      );
  await set({ PRICE_PERCENT: 10_000 });
  const wide = {
    model: 'text2img',
    contents: 'a fox',
    config: { candidateCount: 8, imageConfig: { imageSize: '2K' } },
  };
  await eventually(async () =>
    expect(
      await ofGoogle(key)
        .models.generateContent(wide)
        .then(
          () => undefined,
          (error: ApiError) => error.status,
        ),
    ).toBe(429),
  );
  await set({ PRICE_PERCENT: null });
  expect(await ask(' ')).toBe(400);
  expect((await balanceOf(person)).held).toBe(0);
});

const imageTool = { type: 'image_generation', size: '256x256' } as unknown as OpenAI.Responses.Tool;
type Created = OpenAI.Responses.ResponseCreateParamsNonStreaming;
const respond = (client: OpenAI, more: Partial<Created> = {}, headers: Record<string, string> = {}) =>
  client.responses.create(
    { model: 'gpt-5.2', input: 'a lighthouse', tools: [imageTool], ...more },
    { headers },
  );
const callOf = ({ output }: OpenAI.Responses.Response) => {
  const [call] = output;
  if (call?.type !== 'image_generation_call') throw new Error('there is no picture');
  return call;
};

test('a response of OpenAI’s package has a picture, and the next one goes on from it', async () => {
  const { client, person } = await enter();
  const drawn = await respond(client);
  expect(drawn).toMatchObject({
    status: 'completed',
    model: 'gpt-5.2',
    output_text: 'Here is the picture.',
    error: null,
  });
  expect(await sizeOf(callOf(drawn).result ?? '')).toEqual(['png', 256, 256]);
  const [first] = await tasksOf(person);
  expect(first?.params).toMatchObject({ prompt: 'a lighthouse', width: 256 });
  expect(drawn.usage?.output_tokens).toBe(first?.cost);
  const changed = await respond(client, { input: 'in snow', previous_response_id: drawn.id });
  expect(changed.previous_response_id).toBe(drawn.id);
  const { id } = callOf(changed);
  const again: OpenAI.Responses.ResponseInputItem = {
    role: 'user',
    content: [{ type: 'input_text', text: 'at night' }],
  };
  const reference = { type: 'item_reference', id } as const;
  const jpeg = {
    type: 'image_generation',
    output_format: 'jpeg',
    action: 'edit',
  } as unknown as OpenAI.Responses.Tool;
  const words = { type: 'item_reference', id: changed.output[1]?.id ?? '' } as const;
  const last = await respond(client, { input: [reference, words, again], tools: [jpeg] });
  expect((await sizeOf(callOf(last).result ?? ''))[0]).toBe('jpeg');
  const anew = { ...imageTool, action: 'generate' } as unknown as OpenAI.Responses.Tool;
  await respond(client, { input: 'a fox', previous_response_id: drawn.id, tools: [anew] });
  expect((await tasksOf(person)).map(({ params }) => [params.prompt, typeof params.image])).toEqual([
    ['a fox', 'undefined'],
    ['at night', 'string'],
    ['in snow', 'string'],
    ['a lighthouse', 'undefined'],
  ]);
});

test('a streamed response tells each step in its order and ends with the picture', async () => {
  const { client } = await enter();
  const tool = { ...imageTool, partial_images: 2 } as unknown as OpenAI.Responses.Tool;
  const stream = await client.responses.create({
    model: 'gpt-image-1',
    input: [{ role: 'user', content: 'a lighthouse' }],
    tools: [tool],
    stream: true,
  });
  const events: OpenAI.Responses.ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  expect(events.map(({ sequence_number: at }) => at)).toEqual(events.map((_event, at) => at));
  const types = events.map(({ type }) => type);
  const optional = ['generating', 'partial_image'].map((name) => `response.image_generation_call.${name}`);
  expect(types.filter((type) => !optional.includes(type))).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.image_generation_call.in_progress',
    'response.image_generation_call.completed',
    'response.output_item.done',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
  const last = events.at(-1);
  const picture = last?.type === 'response.completed' ? callOf(last.response).result : undefined;
  expect(await sizeOf(picture ?? '')).toEqual(['png', 256, 256]);
});

test('a response in the background is one task, is followed and cancelled by its person alone', async () => {
  const [one, other] = [await enter(), await enter()];
  await pool.hold();
  const headers = { 'Idempotency-Key': 'one-response' };
  const asked = await respond(one.client, { background: true }, headers);
  expect(['queued', 'in_progress']).toContain(asked.status);
  expect((await respond(one.client, { background: true }, headers)).id).toBe(asked.id);
  expect(await tasksOf(one.person)).toHaveLength(1);
  for (const ask of [
    () => other.client.responses.retrieve(asked.id),
    () => other.client.responses.cancel(asked.id),
    () => one.client.responses.retrieve('resp_1'),
  ])
    expect((await errorOf(ask())).status).toBe(404);
  const foreign = await errorOf(respond(other.client, { previous_response_id: asked.id }));
  expect([foreign.status, foreign.param]).toEqual([400, 'previous_response_id']);
  expect((await one.client.responses.cancel(asked.id)).status).toBe('cancelled');
  expect((await balanceOf(one.person)).held).toBe(0);
  await pool.release();
  const made = await respond(one.client, {
    model: 'gpt-5.2',
    background: true,
    tools: [{ ...imageTool, output_format: 'webp' } as unknown as OpenAI.Responses.Tool],
  });
  const now = await eventually(async () => {
    const read = await one.client.responses.retrieve(made.id);
    expect(read.status).toBe('completed');
    return read;
  });
  // As it was asked for.
  expect([now.model, now.tools]).toEqual(['gpt-5.2', made.tools]);
  expect(callOf(now)).toMatchObject({ output_format: 'webp' });
  expect(await sizeOf(callOf(now).result ?? '')).toEqual(['webp', 256, 256]);
});

test('a response that wants words, tools or files is refused by name and holds nothing', async () => {
  const { client, person } = await enter();
  const tools = (tool: object) => ({ tools: [tool as OpenAI.Responses.Tool] });
  const content = [
    { type: 'input_text', text: 'a' },
    { type: 'input_image', file_id: 'file_1', detail: 'auto' },
  ] as const;
  for (const [more, param] of [
    [{ tools: [] }, 'tools'],
    [tools({ type: 'function', name: 'f' }), 'tools'],
    [tools({ ...imageTool, size: 'wide' }), 'tools'],
    [tools({ ...imageTool, action: 'edit' }), 'input'],
    [{ input: ' ' }, 'input'],
    [{ input: [{ role: 'user', content: [...content] }] }, 'input'],
    [{ previous_response_id: 'resp_none' }, 'previous_response_id'],
    [{ stream: true, background: true }, 'background'],
    [{ conversation: 'conv_1' }, 'conversation'],
  ] as [Partial<Created>, string][]) {
    const { status, param: named } = await errorOf(respond(client, more));
    expect([status, named]).toEqual([400, param]);
  }
  expect(await tasksOf(person)).toEqual([]);
  expect((await balanceOf(person)).held).toBe(0);
});
