import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import {
  Agent,
  imageGenerationTool,
  OpenAIChatCompletionsModel,
  OpenAIProvider,
  Runner,
} from '@openai/agents';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { createParser } from 'eventsource-parser';
import { describe, expect, test } from 'vitest';
import { openAiFixture } from '../testing/openAiServer.ts';

/** As long as the door waits between signs of life. */
const keepAliveMs = 15_000;
const clock = {
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms === keepAliveMs ? 5 : ms, signal),
};
const { api, pool, enter, tasksOf } = openAiFixture({ clock });

const tool = { type: 'image_generation', size: '256x256' } as const;
const prompt = 'a lighthouse';
const edit = async (): Promise<FormData> => {
  const photo = await createTwoColours(256, 256).png().toBuffer();
  const form = new FormData();
  form.set('prompt', prompt);
  form.set('stream', 'true');
  form.set('image', new Blob([new Uint8Array(photo)], { type: 'image/png' }));
  return form;
};
const messages = [{ role: 'user', content: prompt }];

/** Each stream of the door, with what tells a sign of life in it. */
const streams: [path: string, body: object | (() => Promise<FormData>), sign: string][] = [
  ['/v1/images/generations', { prompt, stream: true }, '"image_generation.in_progress"'],
  ['/v1/images/edits', edit, '"image_edit.in_progress"'],
  ['/v1/chat/completions', { model: 'text2img', messages, stream: true }, '"delta":{"content":""}'],
  [
    '/v1/responses',
    { model: 'gpt-5', input: prompt, tools: [tool], stream: true },
    '"response.in_progress","sequence_number":4',
  ],
  [
    '/v1beta/models/text2img:streamGenerateContent?alt=sse',
    { contents: [{ parts: [{ text: prompt }] }] },
    '"parts":[{"text":""}]',
  ],
];

describe('a stream begins at once, and is alive in the words of its own protocol:', () => {
  test.each(streams)('%s', async (path, given, sign) => {
    await pool.hold();
    const { key } = await enter();
    const body = typeof given === 'function' ? await given() : JSON.stringify(given);
    const answer = await fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
      },
      body,
    });
    let text = '';
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      if (!text.includes(sign) && `${text}${piece}`.includes(sign)) await pool.release();
      text += piece;
    }
    expect(text).toContain(sign);
    const lines = new Set(text.split('\n').map((line) => line.replace(/:.*/, '')));
    expect([...lines].filter((line) => !['', 'data', 'event'].includes(line))).toEqual([]);
    const events: string[] = [];
    createParser({ onEvent: ({ data }) => events.push(data) }).feed(text);
    expect(events.filter((data) => data !== '[DONE]').map((data) => typeof JSON.parse(data))).toEqual(
      events.filter((data) => data !== '[DONE]').map(() => 'object'),
    );
  });
});

/** Runs until signs of life have come, and then on to its end. */
async function readHeld<Result>(read: Promise<Result>, person: Parameters<typeof tasksOf>[0]) {
  await eventually(async () => expect((await tasksOf(person))[0]?.status).toMatch(/assigned|running/));
  await pool.release();
  return read;
}

async function collect<Chunk>(
  stream: AsyncIterable<Chunk> | Promise<AsyncIterable<Chunk>>,
): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of await stream) chunks.push(chunk);
  return chunks;
}

async function enterHeld() {
  await pool.hold();
  return enter();
}

interface Part {
  text?: string;
  inlineData?: { data?: string };
}
type Read = (key: string) => Promise<Part[]>;

const failAlways = () => pool.preview.control({ arm: [{ kind: 'node-error', times: 'always' }] });
const failNoMore = () => pool.preview.control({ disarm: 'all' });
const isPng = (base64 = '') => base64.startsWith('iVBORw0KGgo');

describe('a stream of Gemini is read to its picture, and its failure as what it is, by', () => {
  const readers: Record<string, Read> = {
    '@google/generative-ai': async (key: string) => {
      const model = new GoogleGenerativeAI(key).getGenerativeModel(
        { model: 'gemini-2.5-flash-image' },
        { baseUrl: api.url },
      );
      const { stream } = await model.generateContentStream(prompt);
      const chunks = await collect(stream);
      return chunks.flatMap(({ candidates = [] }) => candidates.flatMap(({ content }) => content.parts));
    },
    '@google/genai': async (key: string) => {
      const { models } = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: api.url } });
      const chunks = await collect(
        models.generateContentStream({ model: 'gemini-2.5-flash-image', contents: prompt }),
      );
      return chunks.flatMap(({ candidates = [] }) =>
        candidates.flatMap(({ content }) => content?.parts ?? []),
      );
    },
    '@langchain/google-genai': async (key: string) => {
      const model = new ChatGoogleGenerativeAI({
        model: 'gemini-2.5-flash-image',
        apiKey: key,
        baseUrl: api.url,
        maxRetries: 0,
      });
      const [first, ...chunks] = await collect(model.stream(prompt));
      const whole = chunks.reduce((sum, chunk) => sum?.concat(chunk), first);
      const content = whole?.content ?? [];
      return typeof content === 'string' ? [{ text: content }] : (content as Part[]);
    },
  };
  test.each(Object.entries(readers))('%s', async (_name, read) => {
    const { person, key } = await enterHeld();
    const parts = await readHeld(read(key), person);
    const pictures = parts.flatMap(({ inlineData }) => inlineData?.data ?? []);
    expect(pictures.map((data) => isPng(data))).toEqual([true]);
    await failAlways();
    const told = await read(key).then(
      (answer) => answer,
      (error: Error) => error.message,
    );
    expect(JSON.stringify(told)).toContain('broke off on every try');
    await failNoMore();
    expect((await tasksOf(person)).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  });
});

test("LangChain reads the streams of a chat and of a response, and a chat's failure as a failure", async () => {
  const { person, key } = await enterHeld();
  const account = { apiKey: key, configuration: { baseURL: `${api.url}/v1` }, maxRetries: 0 };
  const chat = new ChatOpenAI({ ...account, model: 'text2img' });
  const chunks = await readHeld(collect(chat.stream(prompt)), person);
  expect(chunks.at(-1)?.usage_metadata?.output_tokens).toBe((await tasksOf(person))[0]?.charged);
  await pool.hold();
  const responses = new ChatOpenAI({ ...account, model: 'gpt-5', useResponsesApi: true }).bindTools([tool]);
  const [first, ...others] = await readHeld(collect(responses.stream(prompt)), person);
  const whole = others.reduce((sum, chunk) => sum?.concat(chunk), first);
  const outputs = (whole?.additional_kwargs.tool_outputs ?? []) as { type: string; result: string }[];
  expect(outputs.map(({ type, result }) => [type, isPng(result)])).toEqual([['image_generation_call', true]]);
  await failAlways();
  await expect(collect(chat.stream(prompt))).rejects.toThrow();
  await failNoMore();
});

test('the package of OpenAI reads the streams of pictures, chats and responses with their signs of life', async () => {
  const { person, client } = await enterHeld();
  const pictures = await readHeld(collect(client.images.generate({ prompt, stream: true })), person);
  const last = pictures.at(-1);
  expect(last?.type === 'image_generation.completed' && isPng(last.b64_json)).toBe(true);
  await pool.hold();
  const chat = client.chat.completions.stream({
    model: 'text2img',
    messages: [{ role: 'user', content: prompt }],
  });
  expect((await readHeld(chat.finalChatCompletion(), person)).choices[0]?.finish_reason).toBe('stop');
  await pool.hold();
  const tools = [tool as unknown as Parameters<typeof client.responses.stream>[0]['tools'] & object][0];
  const response = client.responses.stream({ model: 'gpt-5', input: prompt, tools: [tools] as never });
  const { output } = await readHeld(response.finalResponse(), person);
  expect(output[0]?.type).toBe('image_generation_call');
});

describe('a question to @openai/agents is one task, which it is answered with:', () => {
  test('with its tool, whole and in a stream', async () => {
    await pool.release();
    const { person, key } = await enter();
    const modelProvider = new OpenAIProvider({ apiKey: key, baseURL: `${api.url}/v1`, useResponses: true });
    const runner = new Runner({ modelProvider, tracingDisabled: true });
    const agent = new Agent({
      name: 'Painter',
      instructions: 'You draw.',
      model: 'gpt-5',
      tools: [imageGenerationTool({ size: '1024x1024' })],
    });
    const whole = await runner.run(agent, prompt);
    expect([whole.finalOutput, (await tasksOf(person)).length]).toEqual(['Here is the picture.', 1]);
    const streamed = await runner.run(agent, prompt, { stream: true });
    await streamed.completed;
    expect([streamed.finalOutput, (await tasksOf(person)).length]).toEqual(['Here is the picture.', 2]);
  });

  test('in a chat, whole and in a stream', async () => {
    await pool.release();
    const { person, client } = await enter();
    const agent = new Agent({ name: 'Painter', model: new OpenAIChatCompletionsModel(client, 'text2img') });
    const runner = new Runner({ tracingDisabled: true });
    expect((await runner.run(agent, prompt)).finalOutput).toBe('Here is the picture.');
    const streamed = await runner.run(agent, prompt, { stream: true });
    await streamed.completed;
    expect([streamed.finalOutput, (await tasksOf(person)).length]).toEqual(['Here is the picture.', 2]);
  });
});
