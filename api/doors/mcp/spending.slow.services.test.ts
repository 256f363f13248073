import { eventually } from '@star-graph/core/testing/eventually';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { mcpFixture, small } from '../testing/mcpServer.ts';
import { textOf } from '../testing/readResult.ts';

// Keys spend by days.
const clock = createClockFromNoon();
const { api, pool, enter, connect, set, balanceOf, tasksOf } = mcpFixture({ clock });
let price: number;
beforeAll(async () => {
  await pool.release();
  const { person } = await enter();
  const quoted = await api.call('/api/v1/generate/text2img/quote', {
    token: person.accessToken,
    body: small,
  });
  price = quoted.body.cost;
});

const draw = (more: object = {}) => ({
  name: 'generate',
  arguments: { workflow: 'text2img', params: small, waitSeconds: 600, ...more },
});
const overLimit = { isError: true, structuredContent: { code: 'daily-limit' } };

test('a key spends no more than its day allows, by whatever door', async () => {
  const { person, client, key } = await enter({ limits: { creditsPerDay: 2 * price } });
  await client.callTool(draw());
  const direct = () => api.call('/api/v1/generate/text2img', { token: key, body: small });
  expect((await direct()).status).toBe(202);
  expect(await client.callTool(draw())).toMatchObject(overLimit);
  const refused = await direct();
  expect([refused.status, codeOf(refused)]).toEqual([429, 'daily-limit']);
  expect((await client.callTool({ name: 'balance' })).structuredContent).toMatchObject({
    key: { spentToday: 2 * price, creditsPerDay: 2 * price },
  });
  // The person is not limited by it.
  const own = await api.call('/api/v1/generate/text2img', { token: person.accessToken, body: small });
  expect(own.status).toBe(202);
  expect(await tasksOf(person)).toHaveLength(3);
});

test('simultaneous requests do not get past the limit of a key', async () => {
  const { person, client } = await enter({ limits: { creditsPerDay: 2 * price } });
  const answers = await Promise.all(Array.from({ length: 6 }, () => client.callTool(draw())));
  expect(answers.filter(({ isError }) => isError !== true)).toHaveLength(2);
  expect(await tasksOf(person)).toHaveLength(2);
  expect(await balanceOf(person)).toEqual({ available: 1_000 - 2 * price, held: 0 });
});

test('what is given back may be spent again', async () => {
  await pool.hold();
  const { client } = await enter({ limits: { creditsPerDay: price } });
  const { taskId } = (await client.callTool(draw({ waitSeconds: 0 }))).structuredContent as {
    taskId: string;
  };
  expect(await client.callTool(draw({ waitSeconds: 0 }))).toMatchObject(overLimit);
  await client.callTool({ name: 'cancel', arguments: { taskId } });
  await pool.release();
  expect((await client.callTool(draw())).isError).toBeUndefined();
});

test('the client’s own settings and the operator’s limit a key further', async () => {
  const { key, person } = await enter();
  const authorization = { Authorization: `Bearer ${key}` };
  const careful = await connect({ ...authorization, 'Star-Graph-Credits-Per-Day': String(price) });
  expect((await careful.callTool(draw())).isError).toBeUndefined();
  const refused = await careful.callTool(draw());
  expect(refused).toMatchObject(overLimit);
  expect(textOf(refused)).toContain(`may spend ${price} a day`);
  await expect(connect({ ...authorization, 'Star-Graph-Credits-Per-Day': 'few' })).rejects.toThrow();
  const free = await connect(authorization);
  await set({ MCP_CREDITS_PER_DAY: price });
  await eventually(async () => expect(await free.callTool(draw())).toMatchObject(overLimit));
  const before = (await tasksOf(person)).length;
  expect(await free.callTool(draw())).toMatchObject(overLimit);
  expect(await tasksOf(person)).toHaveLength(before);
  await set({ MCP_CREDITS_PER_DAY: null });
});

test('a picture that costs more than was allowed for it is not made', async () => {
  const { person, client } = await enter();
  const refused = await client.callTool(draw({ mostCredits: price - 1 }));
  expect([refused.isError, textOf(refused)]).toEqual([
    true,
    expect.stringContaining(`costs ${inCredits(price)},`),
  ]);
  expect(await tasksOf(person)).toEqual([]);
  expect((await client.callTool(draw({ mostCredits: price }))).isError).toBeUndefined();
});

test.each([
  [{ action: 'accept', content: { agree: true } }, 1],
  [{ action: 'accept', content: { agree: false } }, 0],
  [{ action: 'decline' }, 0],
] as const)('a dearer picture than was allowed is made once its person agrees: %o', async (said, made) => {
  const questions: unknown[] = [];
  const { person, client } = await enter({
    say(asked) {
      questions.push(asked);
      return said;
    },
  });
  const answer = await client.callTool(draw({ mostCredits: price - 1 }));
  expect(questions).toMatchObject([
    { mode: 'form', message: expect.stringContaining(`costs ${inCredits(price)},`) },
  ]);
  expect(answer.isError ?? false).toBe(made === 0);
  expect(await tasksOf(person)).toHaveLength(made);
});

test('what a person agrees to does not open the limit of their key', async () => {
  const { person, client } = await enter({
    limits: { creditsPerDay: price },
    say: () => ({ action: 'accept', content: { agree: true } }),
  });
  expect((await client.callTool(draw({ mostCredits: price - 1 }))).isError).toBeUndefined();
  expect(await client.callTool(draw({ mostCredits: price - 1 }))).toMatchObject(overLimit);
  expect(await tasksOf(person)).toHaveLength(1);
});

test('who has too few credits is shown where there are some, once', async () => {
  const urls: (string | undefined)[] = [];
  const { client, person } = await enter({
    say(asked) {
      urls.push('url' in asked ? asked.url : undefined);
      return { action: 'accept' };
    },
  });
  await set({ PRICE_PERCENT: 10_000 });
  const dear = { workflow: 'text2video', params: { prompt: 'waves', videoSteps: 50 }, waitSeconds: 0 };
  await eventually(async () => {
    urls.length = 0;
    expect(await client.callTool(draw(dear))).toMatchObject({
      isError: true,
      structuredContent: { code: 'insufficient-credits' },
    });
  });
  await set({ PRICE_PERCENT: null });
  expect(urls).toEqual([expect.stringMatching(/^http.*\/account$/)]);
  expect(await tasksOf(person)).toEqual([]);
});
