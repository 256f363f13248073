import { request as send } from 'node:http';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { post, publicKeyOf } from '../testing/discord/posts.ts';
import { createKeys } from '../testing/discord/state.ts';
import { openPostedInteractions, type PostedInteraction } from './postedInteractions.ts';

const nowMs = Date.parse('2026-03-01T12:00:00.500Z');
const keys = createKeys();
const taken: PostedInteraction[] = [];
const server = await openPostedInteractions(
  {
    clock: { now: () => new Date(nowMs) },
    publicKey: publicKeyOf({ keys }),
    isOurs: (guildId) => guildId !== '9',
    take: (interaction) => taken.push(interaction),
  },
  { port: 0, host: '127.0.0.1' },
);
beforeEach(() => {
  taken.length = 0;
});
afterAll(() => server.close());

const state = { keys, nowMs: () => nowMs, endpoint: server.url };
const payload = { id: '1', type: 2, token: 'token', data: { name: 'balance' } };
const ask = async (change: Partial<Parameters<typeof post>[1]> = {}) => {
  const answer = await post(state, { payload, ...change });
  return { status: answer.status, text: await answer.text() };
};

test('a signed interaction is taken at once, whole, and answered later', async () => {
  expect(await ask()).toEqual({ status: 202, text: '' });
  expect(taken).toEqual([payload]);
});

test("Discord's ping is answered by a ping, and nothing is done", async () => {
  expect(await ask({ payload: { ...payload, type: 1 } })).toEqual({ status: 200, text: '{"type":1}' });
  expect(taken).toEqual([]);
});

test('an interaction without the right signature does nothing, a ping neither', async () => {
  expect(await ask({ signed: JSON.stringify({ ...payload, id: '2' }) })).toMatchObject({ status: 401 });
  expect(await ask({ payload: { ...payload, type: 1 }, signed: '' })).toMatchObject({ status: 401 });
  const other = { ...state, keys: createKeys() };
  expect((await post(other, { payload })).status).toBe(401);
  const headers = [{}, { 'x-signature-ed25519': 'a', 'x-signature-timestamp': String(nowMs / 1_000) }];
  for (const one of headers) {
    const body = JSON.stringify(payload);
    expect((await fetch(server.url, { method: 'POST', body, headers: one })).status).toBe(401);
  }
  expect(taken).toEqual([]);
});

test('an interaction that was signed a minute ago or ahead is refused', async () => {
  expect(await ask({ atMs: nowMs - 59_000 })).toMatchObject({ status: 202 });
  for (const atMs of [nowMs - 61_000, nowMs + 62_000])
    expect(await ask({ atMs })).toMatchObject({ status: 401, text: expect.stringContaining('time') });
  expect(taken).toHaveLength(1);
});

test('an interaction of a server on a shard elsewhere is left to that process', async () => {
  expect(await ask({ payload: { ...payload, guild_id: '9' } })).toMatchObject({ status: 404 });
  expect(taken).toEqual([]);
  expect(await ask({ payload: { ...payload, guild_id: '8' } })).toMatchObject({ status: 202 });
});

test('what is no interaction, though signed, is refused', async () => {
  for (const wrong of [null, [], 'a', { ...payload, token: 7 }, { id: '1' }])
    expect(await ask({ payload: wrong })).toMatchObject({ status: 400 });
  expect((await fetch(server.url)).status).toBe(404);
  expect(await ask({ url: server.url.replace('/interactions', '') })).toMatchObject({ status: 404 });
  expect(taken).toEqual([]);
});

test('a body that is too large is refused, announced or not', async () => {
  const limit = 512 * 1_024;
  const statusOf = (headers: Record<string, string>, begin: string) => {
    const sent = send(server.url, { method: 'POST', headers });
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    sent.on('response', (answer) => resolve(answer.resume().statusCode));
    sent.on('error', reject);
    if (begin === '') sent.flushHeaders();
    else sent.write(begin);
    return promise.finally(() => sent.destroy());
  };
  expect(await statusOf({ 'content-length': String(limit + 1) }, '')).toBe(413);
  expect(await statusOf({ 'transfer-encoding': 'chunked' }, 'a'.repeat(limit + 1))).toBe(413);
  expect(taken).toEqual([]);
});
