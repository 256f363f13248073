import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import OpenAI, { toFile } from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import { errorOf, openAiFixture, small } from '../testing/openAiServer.ts';

const { api, pool, enter, balanceOf, tasksOf } = openAiFixture();
beforeAll(async () => {
  await pool.release();
});

const readAll = async (stream: AsyncIterable<unknown>) => {
  for await (const _event of stream);
};

describe('nothing is held twice:', () => {
  test('a request that is repeated under its key is answered with the same picture', async () => {
    const { person, client } = await enter();
    const headers = { 'Idempotency-Key': 'stainless-node-retry-1' };
    const ask = () => client.images.generate({ prompt: 'a fox', ...small }, { headers });
    const [first, twin] = await Promise.all([ask(), ask()]);
    expect(twin.data).toEqual(first.data);
    expect((await ask()).data).toEqual(first.data);
    const tasks = await tasksOf(person);
    expect(tasks).toHaveLength(1);
    expect(await balanceOf(person)).toEqual({ available: 1_000 - (tasks[0]?.cost ?? 0), held: 0 });
    const other = await errorOf(client.images.generate({ prompt: 'a bear', ...small }, { headers }));
    expect([other.status, other.headers?.get('x-should-retry')]).toEqual([409, 'false']);
  });

  test('an edit that is repeated stores its picture once, though the form differs in its boundary', async () => {
    const { person, client } = await enter();
    const headers = { 'Idempotency-Key': 'again' };
    const bytes = await createTwoColours(256, 256).png().toBuffer();
    const ask = async () =>
      client.images.edit({ image: await toFile(bytes, 'a.png'), prompt: 'in snow' }, { headers });
    expect((await ask()).data).toEqual((await ask()).data);
    const { body } = await api.call('/api/v1/assets?kind=input', { token: person.accessToken });
    expect([body.items.length, (await tasksOf(person)).length]).toEqual([1, 1]);
  });
});

describe('a client that hangs up', () => {
  const hold = () => pool.hold();

  test('cancels its task, with or without a stream', async () => {
    await hold();
    const { person, client } = await enter();
    for (const stream of [false, true]) {
      const hangUp = new AbortController();
      const request = client.images.generate({ prompt: 'a fox', stream }, { signal: hangUp.signal });
      request.catch(() => undefined);
      await eventually(async () =>
        expect((await tasksOf(person))[0]?.status).toMatch(/queued|assigned|running/),
      );
      if (stream) await request;
      hangUp.abort();
      await eventually(async () => expect((await tasksOf(person))[0]?.status).toBe('cancelled'));
    }
    expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
    await pool.release();
  });

  test('finds its task again by its key, which is not cancelled', async () => {
    await hold();
    const { person, client } = await enter();
    const headers = { 'Idempotency-Key': 'later' };
    const hangUp = new AbortController();
    const ask = (signal?: AbortSignal) =>
      client.images.generate({ prompt: 'a fox', ...small }, { headers, ...(signal && { signal }) });
    const first = ask(hangUp.signal);
    await eventually(async () => expect(await tasksOf(person)).toHaveLength(1));
    hangUp.abort();
    await expect(first).rejects.toThrow(OpenAI.APIUserAbortError);
    const second = ask();
    await pool.release();
    expect((await second).data).toHaveLength(1);
    expect((await tasksOf(person)).map(({ status }) => status)).toEqual(['succeeded']);
  });
});

test('where one of two tasks comes to nothing, the other’s pictures are the answer, and alone are paid', async () => {
  await pool.hold();
  const { person, client } = await enter();
  const answer = client.images.generate({ model: 'text2img', prompt: 'a fox', n: 10, ...small });
  await eventually(async () => expect(await tasksOf(person)).toHaveLength(2));
  const [last] = await tasksOf(person);
  await api.call(`/api/v1/tasks/${last?.id}`, { token: person.accessToken, method: 'DELETE' });
  await pool.release();
  const { data, usage } = await answer;
  const tasks = await tasksOf(person);
  expect(tasks.map(({ status, params }) => [status, params.count])).toEqual([
    ['cancelled', 2],
    ['succeeded', 8],
  ]);
  expect([data?.length, usage?.output_tokens]).toEqual([8, tasks[1]?.cost]);
  expect(await balanceOf(person)).toEqual({ available: 1_000 - (tasks[1]?.cost ?? 0), held: 0 });
});

test('a generation that fails is an error of the server, which the client does not repeat', async () => {
  const { person, client } = await enter({ maxRetries: 2 });
  await pool.preview.control({ arm: [{ kind: 'node-error', times: 'always' }] });
  const error = await errorOf(client.images.generate({ prompt: 'a fox', ...small }));
  const stream = await client.images.generate({ prompt: 'a fox', ...small, stream: true });
  const streamed = await errorOf(readAll(stream));
  await pool.preview.control({ disarm: 'all' });
  expect([error.status, error.type]).toEqual([500, 'server_error']);
  expect(streamed.message).toBe(error.message.replace(/^500 /, ''));
  expect((await tasksOf(person)).map(({ status }) => status)).toEqual(['failed', 'failed']);
  expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
});
