import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import type { OpenAI } from 'openai';
import { beforeAll, expect, test } from 'vitest';
import { readAsPython } from '../../testing/calls/pythonEvents.ts';
import { errorOf, openAiFixture } from '../testing/openAiServer.ts';

const { api, pool, enter, balanceOf, tasksOf } = openAiFixture();
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
  expect(choices).toMatchObject([{ finish_reason: 'stop', message: { role: 'assistant', content: '' } }]);
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
