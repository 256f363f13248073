import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { addBackend } from '../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
beforeAll(() => addBackend(platform));
const api = apiFixture(platform);
let token: string;
beforeAll(async () => {
  token = (await api.signUp()).accessToken;
});

/** As it came over the wire; `fetch` would open it. */
async function read(path: string, acceptEncoding: string) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: `Bearer ${token}`, 'accept-encoding': acceptEncoding };
  get(`${api.url}${path}`, { headers }, resolve).on('error', reject);
  const answer = await promise;
  return {
    coding: answer.headers['content-encoding'],
    vary: answer.headers.vary,
    body: await buffer(answer),
  };
}

test('a list comes compressed as the client takes it, with the same content', async () => {
  const path = '/api/v1/workflows?limit=100';
  const plain = await read(path, 'identity');
  expect(plain).toMatchObject({ coding: undefined, vary: expect.stringMatching(/Accept-Encoding/i) });
  const brotli = await read(path, 'br');
  const gzip = await read(path, 'gzip');
  expect([brotli.coding, gzip.coding]).toEqual(['br', 'gzip']);
  expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
  expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  expect(gzip.body.length).toBeLessThan(plain.body.length / 5);
});

test('a short answer comes as it is', async () => {
  const { coding, body } = await read('/api/v1/users/profile', 'br, gzip');
  expect(coding).toBeUndefined();
  expect(JSON.parse(body.toString())).toHaveProperty('username');
});
