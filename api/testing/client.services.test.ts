import { randomBytes } from 'node:crypto';
import { createClient } from '@star-graph/client/client';
import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import {
  createKeyCredentials,
  createSessionCredentials,
  type SessionTokens,
} from '@star-graph/client/credentials';
import { expect, test } from 'vitest';
import { problemAnswer, type ScriptedAnswer, startScriptedServer } from './servers/scriptedServer.ts';

const ok = (body: unknown) => ({ status: 200, body });
const id = '01900000-0000-7000-8000-000000000000';

test('sends what the contract says, with path and query encoded', async () => {
  await using server = await startScriptedServer(ok({ items: [], nextCursor: null }));
  const client = createClient({
    baseUrl: `${server.url}/`,
    credentials: createKeyCredentials({ apiKey: 'sgs_a_b', actFor: 'discord:7' }),
  });
  await client.listTasks({ query: { status: 'queued', limit: 5, cursor: 'a&b', type: undefined } });
  await client.listWorkflows();
  await client.getTask({ params: { id: '../../admin?x' } });
  const { requests } = server;
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/v1/tasks?status=queued&limit=5&cursor=a%26b',
    'GET /api/v1/workflows',
    'GET /api/v1/tasks/..%2F..%2Fadmin%3Fx',
  ]);
  expect(requests[0]?.headers).toMatchObject({
    authorization: 'Bearer sgs_a_b',
    'star-graph-act-for': 'discord:7',
  });
});

test('a refusal becomes its problem, and is not repeated', async () => {
  await using server = await startScriptedServer({
    status: 422,
    body: {
      type: 'urn:star-graph:problem:invalid-params',
      title: 'Invalid',
      status: 422,
      detail: 'Choose steps from 1 to 100.',
      instance: 'urn:uuid:x',
      errors: [{ pointer: '/steps', message: 'Too many.' }],
    },
  });
  const refused = await createClient({ baseUrl: server.url })
    .generate('text2img', { prompt: 'x' })
    .catch((e) => e);
  expect(refused).toBeInstanceOf(ClientProblem);
  expect(refused).toMatchObject({ code: 'invalid-params', message: 'Choose steps from 1 to 100.' });
  expect(refused.problem.errors).toEqual([{ pointer: '/steps', message: 'Too many.' }]);
  expect(server.requests).toHaveLength(1);
});

test('a generation is repeated under one Idempotency-Key until it is answered', async () => {
  const unavailable = problemAnswer('unavailable', 503, { 'Retry-After': '0' });
  // A server that was frozen while the request waited for it.
  const unread = problemAnswer('unavailable', 408, {});
  const accepted = { status: 202, body: { id } };
  await using server = await startScriptedServer('drop', unavailable, accepted);
  await using late = await startScriptedServer(unread, accepted);
  const other = createClient({ baseUrl: late.url });
  expect(await other.generate('upscale', { image: id, scale: 2 })).toEqual({ id });
  expect(late.requests).toHaveLength(2);
  const client = createClient({ baseUrl: server.url });
  expect(await client.generate('upscale', { image: id, scale: 2 })).toEqual({ id });
  const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[\x21-\x7e]{1,64}$/);
  await client.generate('upscale', { image: id, scale: 2 }, { idempotencyKey: 'mine' });
  expect(server.requests.at(-1)?.headers['idempotency-key']).toBe('mine');
});

test('what may have had effect is not sent twice', async () => {
  await using server = await startScriptedServer('drop');
  const client = createClient({ baseUrl: server.url });
  const body = { username: 'somebody', password: 'long enough' };
  await expect(client.register({ body })).rejects.toBeInstanceOf(Unreachable);
  expect(server.requests).toHaveLength(1);
});

test('a reader tries three times and then says that nobody answers', async () => {
  await using server = await startScriptedServer({ status: 502, body: '<html>Bad Gateway</html>' });
  await expect(createClient({ baseUrl: server.url }).getBalance()).rejects.toBeInstanceOf(Unreachable);
  expect(server.requests).toHaveLength(3);
});

test('a wait that is too long is left to the caller', async () => {
  await using server = await startScriptedServer(problemAnswer('rate-limited', 429, { 'Retry-After': '30' }));
  const refused = await createClient({ baseUrl: server.url })
    .getBalance()
    .catch((error) => error);
  expect(refused).toMatchObject({ code: 'rate-limited', retryAfterSeconds: 30 });
  expect(server.requests).toHaveLength(1);
});

test('a deletion whose answer was lost is a deletion', async () => {
  await using server = await startScriptedServer('drop', problemAnswer('not-found', 404));
  const client = createClient({ baseUrl: server.url });
  await expect(client.deleteAsset({ params: { id } })).resolves.toBeUndefined();
  await expect(client.deleteAsset({ params: { id } })).rejects.toMatchObject({ code: 'not-found' });
});

test('a silent server is given up, and an abort is passed on', async () => {
  await using server = await startScriptedServer('hang');
  const client = createClient({ baseUrl: server.url });
  const body = { username: 'somebody', password: 'long enough' };
  await expect(client.login({ body }, { timeoutMs: 100 })).rejects.toBeInstanceOf(Unreachable);
  const stop = new AbortController();
  const reading = client.getBalance(undefined, { signal: stop.signal });
  stop.abort(new Error('changed my mind'));
  await expect(reading).rejects.toThrow('changed my mind');
});

test('an upload aborted during authentication fails there, and nothing fails later', async () => {
  await using server = await startScriptedServer(ok({ items: [] }));
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const givenUp = new AbortController();
  const reason = new Error('the person left');
  const credentials = {
    headers: async () => {
      givenUp.abort(reason);
      return {};
    },
    renew: async () => false,
  };
  const client = createClient({ baseUrl: server.url, credentials });
  const upload = client.uploadAsset(new Blob(['x']), { signal: givenUp.signal });
  await expect(upload).rejects.toBe(reason);
  // A request without an abort: it ends after any work that the other left pending.
  await createClient({ baseUrl: server.url }).listTasks();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect(server.requests).toHaveLength(1);
});

const bytes = randomBytes(3_000_000);

test.each([false, true])(
  'an upload without an answer is sent again, whole and under its key (counted: %s)',
  async (isCounted) => {
    await using server = await startScriptedServer(problemAnswer('unavailable', 503), 'drop', {
      status: 201,
      body: { id },
    });
    const client = createClient({ baseUrl: server.url, streamUploads: isCounted });
    const file = new Blob([bytes], { type: 'image/png' });
    expect(await client.uploadAsset(file, { onProgress: () => undefined })).toEqual({ id });
    expect(server.requests.map(({ body }) => body.includes(bytes))).toEqual([true, true, true]);
    const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test('an upload arrives whole, and reports progress to the last byte', async () => {
  await using server = await startScriptedServer({ status: 201, body: { id } });
  const client = createClient({ baseUrl: server.url, streamUploads: true });
  const progress: number[] = [];
  const asset = await client.uploadAsset(new Blob([bytes], { type: 'image/png' }), {
    filename: 'boat.png',
    onProgress: (sent, total) => progress.push(sent / total),
  });
  expect(asset).toEqual({ id });
  const [request] = server.requests;
  expect(request?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(request?.body.indexOf(bytes)).toBeGreaterThan(0);
  expect(request?.body.includes('name="file"; filename="boat.png"')).toBe(true);
  expect(progress.length).toBeGreaterThan(3);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBe(1);
});

function createStore(tokens: SessionTokens | undefined) {
  const store = {
    tokens,
    load: async () => store.tokens,
    save: async (next: SessionTokens | undefined) => {
      store.tokens = next;
    },
  };
  return store;
}
const inAnHour = () => Date.now() + 3_600_000;
const signIn = { accessToken: 'new', refreshToken: 'r2', expiresIn: 900, user: { id } };

/** Takes only the new token, and exchanges the refresh token for it. */
const renewing: ScriptedAnswer = ({ url, headers }) => {
  if (url === '/api/v1/auth/refresh') return ok(signIn);
  return headers.authorization === 'Bearer new'
    ? ok({ available: 1, held: 0 })
    : problemAnswer('unauthenticated', 401);
};

test('calls refused together share one refresh and are sent again', async () => {
  const calls = 10;
  await using server = await startScriptedServer(renewing);
  const store = createStore({ accessToken: 'old', refreshToken: 'r1', expiresAtMs: inAnHour() });
  const credentials = createSessionCredentials({ baseUrl: server.url }, store);
  const client = createClient({ baseUrl: server.url, credentials });
  const balances = await Promise.all(Array.from({ length: calls }, () => client.getBalance()));
  expect(balances).toEqual(Array.from({ length: calls }, () => ({ available: 1, held: 0 })));
  const refreshes = server.requests.filter(({ url }) => url === '/api/v1/auth/refresh');
  expect(refreshes.map(({ body }) => JSON.parse(String(body)))).toEqual([{ refreshToken: 'r1' }]);
  expect(store.tokens).toMatchObject({ accessToken: 'new', refreshToken: 'r2' });
  expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer new');
});

test('a refusal of the token before the newest one refreshes nothing', async () => {
  await using server = await startScriptedServer(renewing);
  const store = createStore({ accessToken: 'old', refreshToken: 'r1', expiresAtMs: inAnHour() });
  const credentials = createSessionCredentials({ baseUrl: server.url }, store);
  const early = await credentials.headers();
  const late = await credentials.headers();
  expect(await credentials.renew(early)).toBe(true);
  expect(await credentials.headers()).toEqual({ Authorization: 'Bearer new' });
  expect(await credentials.renew(late)).toBe(true);
  expect(server.requests.map(({ url }) => url)).toEqual(['/api/v1/auth/refresh']);
});

test('an expiring token is refreshed before it is used', async () => {
  await using server = await startScriptedServer(ok(signIn), ok({ available: 1, held: 0 }));
  const store = createStore({ accessToken: 'old', refreshToken: 'r1', expiresAtMs: Date.now() + 1_000 });
  const credentials = createSessionCredentials({ baseUrl: server.url }, store);
  await createClient({ baseUrl: server.url, credentials }).getBalance();
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer new']);
});

test('a session that ended is dropped, and the refusal comes through', async () => {
  await using server = await startScriptedServer(problemAnswer('unauthenticated', 401));
  const store = createStore({ accessToken: 'old', refreshToken: 'r1', expiresAtMs: inAnHour() });
  const credentials = createSessionCredentials({ baseUrl: server.url }, store);
  const client = createClient({ baseUrl: server.url, credentials });
  await expect(client.getBalance()).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(store.tokens).toBeUndefined();
  expect(server.requests).toHaveLength(2);
});

test('a session that could not be refreshed is kept', async () => {
  await using server = await startScriptedServer(problemAnswer('unauthenticated', 401), 'drop');
  const store = createStore({ accessToken: 'old', refreshToken: 'r1', expiresAtMs: inAnHour() });
  const credentials = createSessionCredentials({ baseUrl: server.url }, store);
  const client = createClient({ baseUrl: server.url, credentials });
  await expect(client.getBalance()).rejects.toBeInstanceOf(Unreachable);
  expect(store.tokens?.refreshToken).toBe('r1');
});

test('a page with status 200 is no answer, and keeps the session', async () => {
  await using server = await startScriptedServer(ok('<!doctype html><title>A router</title>'));
  const store = createStore({ accessToken: 'old', refreshToken: 'r1', expiresAtMs: Date.now() });
  const credentials = createSessionCredentials({ baseUrl: server.url }, store);
  await expect(createClient({ baseUrl: server.url, credentials }).getBalance()).rejects.toThrow(Unreachable);
  expect(store.tokens?.refreshToken).toBe('r1');
  const nobody = createClient({ baseUrl: server.url });
  await expect(nobody.listWorkflows()).rejects.toThrow(Unreachable);
  await expect(nobody.uploadAsset(new Blob(['x']))).rejects.toThrow(Unreachable);
});

test('unknown JSON in place of tokens keeps the session', async () => {
  await using server = await startScriptedServer(ok({ status: 'ok' }));
  const store = createStore({ accessToken: 'old', refreshToken: 'r1', expiresAtMs: Date.now() });
  const credentials = createSessionCredentials({ baseUrl: server.url }, store);
  await expect(createClient({ baseUrl: server.url, credentials }).getBalance()).rejects.toThrow(Unreachable);
  expect(store.tokens?.refreshToken).toBe('r1');
});
