import { createClient } from '@star-graph/client/client';
import { createKeyCredentials } from '@star-graph/client/credentials';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { Transfer } from '@star-graph/core/ground/db/models/ledger';
import { fixture } from '@star-graph/core/testing/fixture';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { newestObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { addBackend, codeOf, startTestApi, type TestApi } from '../../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';
import { type ScriptedAnswer, startScriptedServer } from '../../testing/servers/scriptedServer.ts';

const platform = platformFixture();
/** An API whose operator has set no text model. */
const plain = apiFixture(platform, { SIGN_UP_GRANT: '10' });

const says = (content: unknown, more: object = {}): ScriptedAnswer => ({
  status: 200,
  body: {
    id: 'x',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content } }],
    ...more,
  },
});
let answer: ScriptedAnswer;
const model = fixture(() =>
  startScriptedServer((request) => (typeof answer === 'function' ? answer(request) : answer)),
);
const api: TestApi = fixture(() =>
  startTestApi(platform, {
    SIGN_UP_GRANT: '10',
    TEXT_MODEL_URL: `${model.url}/v1/`,
    TEXT_MODEL: 'qwen3-vl',
    TEXT_MODEL_KEY: 'the key',
    TEXT_MODEL_CREDITS: '3',
    TEXT_MODEL_SECONDS: '1',
  }),
);
let person: SignInView;

beforeAll(async () => {
  await addBackend(platform, newestObjectInfo);
  const body = { blockedWords: ['forbiddenword'], blockedPatterns: [], allowedWords: [] };
  await api.call('/api/admin/word-rules', { method: 'PUT', token: await api.signInAsAdmin(), body });
});
beforeEach(async () => {
  answer = says('<think>\nWhat is a fox?\n</think>\n\n A red fox in deep snow at dawn. ');
  person = await api.signUp();
});

const expand = (prompt: string, key?: string, at = api) =>
  at.call('/api/v1/prompts/expansions', {
    token: person.accessToken,
    body: { prompt },
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
const balance = async () =>
  (await api.call('/api/v1/users/balance', { token: person.accessToken })).body.available;

describe('a prompt', () => {
  test('is made fuller by the operator’s model, and a repeat pays nothing', async () => {
    const before = model.requests.length;
    const { status, body } = await expand('a fox', 'one');
    expect([status, body]).toEqual([200, { cost: 3, text: 'A red fox in deep snow at dawn.' }]);
    const [asked] = model.requests.slice(before);
    expect(asked).toMatchObject({ method: 'POST', url: '/v1/chat/completions' });
    expect(asked?.headers.authorization).toBe('Bearer the key');
    const sent = JSON.parse(String(asked?.body));
    expect(sent).toMatchObject({ model: 'qwen3-vl', stream: false });
    expect(sent.messages.at(-1)).toEqual({ role: 'user', content: 'a fox' });
    expect((await expand('a fox', 'one')).status).toBe(200);
    expect(await balance()).toBe(7);
    const paid = await Transfer.query(platform.db.database).where({ userId: person.user.id, kind: 'text' });
    expect(paid.map(({ amount }) => amount)).toEqual([-3]);
  });

  test('whose answer is lost is asked for again by the client, and paid for once', async () => {
    let tries = 0;
    const client = createClient({
      baseUrl: api.url,
      credentials: createKeyCredentials({ apiKey: person.accessToken }),
      async fetch(...asked) {
        const answered = await fetch(...asked);
        tries += 1;
        if (tries === 1) throw new TypeError('the connection was lost');
        return answered;
      },
    });
    expect((await client.expandPrompt('a fox')).text).toBe('A red fox in deep snow at dawn.');
    expect(tries).toBe(2);
    expect(await balance()).toBe(7);
  });

  test('under the key of another one is paid for', async () => {
    await expand('a fox', 'one');
    await expand('a hare', 'one');
    expect(await balance()).toBe(4);
  });

  test.each<[string, ScriptedAnswer]>([
    ['an error', { status: 500, body: 'no' }],
    ['a lost connection', 'drop'],
    ['no answer in time', 'hang'],
    ['another page', { status: 200, body: '<html>' }],
    ['no words', says(' <think>x</think> ')],
    ['a way elsewhere', { status: 302, headers: { location: '/other' } }],
    ['more than was asked for', says('x', { more: 'x'.repeat(300_000) })],
  ])('costs nothing where the model gives %s', async (_what, given) => {
    answer = given;
    const refused = await expand('a fox');
    expect([refused.status, codeOf(refused)]).toEqual([503, 'unavailable']);
    expect(refused.body.detail).not.toContain('127.0.0.1');
    expect(await balance()).toBe(10);
  });

  test('with words that are forbidden is not asked for, and one that comes with them is not told', async () => {
    const before = model.requests.length;
    expect(codeOf(await expand('a forbiddenword'))).toBe('content-refused');
    expect(model.requests.length).toBe(before);
    answer = says('A forbiddenword at dawn.');
    const refused = await expand('a fox');
    expect(codeOf(refused)).toBe('content-refused');
    expect(await balance()).toBe(10);
  });

  test('that a person cannot pay is not asked for', async () => {
    for (const word of ['one', 'two', 'three']) expect((await expand(word)).status).toBe(200);
    const before = model.requests.length;
    expect(codeOf(await expand('four'))).toBe('insufficient-credits');
    expect(model.requests.length).toBe(before);
    expect(await balance()).toBe(1);
  });

  test('that a service key asks for is paid by the person it acts for, and never by itself', async () => {
    const { key: token } = await addServiceKey(api);
    const headers = actFor(newSnowflake());
    const body = { prompt: 'a fox' };
    const { status, body: told } = await api.call('/api/v1/prompts/expansions', { token, headers, body });
    expect([status, told.cost]).toEqual([200, 3]);
    const left = await api.call('/api/v1/users/balance', { token, headers });
    expect(left.body.available).toBe(7);
    expect((await api.call('/api/v1/prompts/expansions', { token, body })).status).toBe(403);
    expect(await balance()).toBe(10);
  });

  test('without such a model is the task of a workflow', async () => {
    const { status, body } = await expand('a fox', 'one', plain);
    expect(status).toBe(200);
    expect(body.text).toBeUndefined();
    expect(body.task).toMatchObject({ workflow: { name: 'expand-prompt' }, cost: body.cost });
    expect((await expand('a fox', 'one', plain)).body.task.id).toBe(body.task.id);
    expect((await plain.call('/api/public/status')).body.textModel).toBeUndefined();
    expect((await api.call('/api/public/status')).body.textModel).toEqual({ cost: 3 });
  });
});

describe('a picture', () => {
  async function upload(): Promise<string> {
    const wide = createTwoColours(1_600, 800).withExif({ IFD0: { Artist: 'somebody' } });
    const bytes = await wide.jpeg().toBuffer();
    const body = new FormData();
    body.append('file', new Blob([new Uint8Array(bytes)]), 'a.jpg');
    return (await api.call('/api/v1/assets', { token: person.accessToken, body })).body.id;
  }
  const tell = (id: string, at = api) =>
    at.call(`/api/v1/assets/${id}/descriptions`, { method: 'POST', token: person.accessToken });

  test('is told in words by the model, which sees it small and without its metadata', async () => {
    answer = says('A teal square.');
    const id = await upload();
    const before = model.requests.length;
    expect((await tell(id)).body).toEqual({ cost: 3, text: 'A teal square.' });
    const { messages } = JSON.parse(String(model.requests[before]?.body));
    const { url } = messages.at(-1).content[1].image_url;
    const seen = await openPicture(Buffer.from(url.split(',')[1], 'base64')).metadata();
    expect(seen).toMatchObject({ format: 'jpeg', width: 512, height: 256 });
    expect(seen.exif).toBeUndefined();
    expect(await balance()).toBe(7);
  });

  test('of another person is told to nobody', async () => {
    const id = await upload();
    person = await api.signUp();
    const before = model.requests.length;
    expect((await tell(id)).status).toBe(404);
    expect(model.requests.length).toBe(before);
  });

  test('without a model is the task of a workflow', async () => {
    const id = await upload();
    expect((await tell(id, plain)).body.task).toMatchObject({
      workflow: { name: 'describe' },
      params: { image: id },
    });
  });
});
