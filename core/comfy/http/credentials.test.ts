import { backendCredentialsSchema } from '@star-graph/workflows/shared/backendCredentials';
import { expect, test } from 'vitest';
import { parseDispatcherConfig } from '../../ground/config/config.ts';
import { nameBackends, requireKeysFor } from '../namedBackends.ts';
import { splitBackendUrl, toHeaders } from './credentials.ts';

test('an address is split into its shown and its hidden part', () => {
  expect(splitBackendUrl('https://me:p%40%2C%20x@gpu.example/comfy/')).toEqual({
    url: 'https://gpu.example/comfy',
    credentials: { kind: 'basic', username: 'me', password: 'p@, x' },
  });
  expect(splitBackendUrl('http://10.0.0.7:8188/')).toEqual({
    url: 'http://10.0.0.7:8188',
    credentials: undefined,
  });
  // A percent sign that begins no escape stays one.
  expect(splitBackendUrl('http://me:100%@gpu1').credentials).toMatchObject({ password: '100%' });
  expect(splitBackendUrl('http://token@gpu1').credentials).toMatchObject({ username: 'token', password: '' });
});

test('credentials go into the headers that their kind has', () => {
  expect(toHeaders({ kind: 'basic', username: 'Aladdin', password: 'open sesame' })).toEqual({
    authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
  });
  expect(toHeaders({ kind: 'bearer', token: 'x' })).toEqual({ authorization: 'Bearer x' });
});

test.each([
  { kind: 'bearer', token: 'a\r\nHost: b' },
  { kind: 'bearer', token: '' },
  { kind: 'basic', username: 'a:b', password: 'c' },
  { kind: 'basic', username: 'a', password: 'b\n' },
  { kind: 'header', headers: {} },
  { kind: 'header', headers: { 'X Key': 'a' } },
  { kind: 'header', headers: { 'X-Key': 'ключ' } },
  { kind: 'header', headers: { Host: 'a' } },
  { kind: 'header', headers: { 'content-length': '0' } },
  { kind: 'header', headers: { 'Sec-WebSocket-Key': '0' } },
  { kind: 'digest', username: 'a', password: 'b' },
])('%j are no credentials', (value) => {
  expect(backendCredentialsSchema.safeParse(value).success).toBe(false);
});

const stores = {
  DATABASE_URL: 'mysql://localhost/x',
  REDIS_URL: 'redis://localhost',
  FILE_SIGNING_KEY: 'f'.repeat(32),
};
const keys = { DATA_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64url')}` };

function readBackends(env: Record<string, string | undefined>) {
  const { COMFYUI_URLS, COMFYUI_CREDENTIALS, DATA_KEYS } = parseDispatcherConfig({ ...stores, ...env });
  const backends = nameBackends(COMFYUI_URLS, COMFYUI_CREDENTIALS ?? {});
  requireKeysFor(backends, DATA_KEYS);
  return backends;
}

test('the variables give each server its credentials', () => {
  const backends = readBackends({
    ...keys,
    COMFYUI_URLS: 'http://me:word@gpu1:8188/, https://gpu2.example/comfy, http://gpu1:8188',
    COMFYUI_CREDENTIALS: '{"https://gpu2.example/comfy/":{"kind":"header","headers":{"X-Key":"a"}}}',
  });
  expect(backends).toEqual([
    { url: 'http://gpu1:8188', credentials: { kind: 'basic', username: 'me', password: 'word' } },
    { url: 'https://gpu2.example/comfy', credentials: { kind: 'header', headers: { 'X-Key': 'a' } } },
  ]);
});

const bearer = '{"http://gpu1":{"kind":"bearer","token":"s3cret"}}';
test.each([
  { env: { COMFYUI_URLS: 'http://me:s3cret@gpu1' }, says: 'Set DATA_KEYS' },
  {
    env: { ...keys, COMFYUI_URLS: 'http://gpu2', COMFYUI_CREDENTIALS: bearer },
    says: 'does not name http://gpu1',
  },
  {
    env: { ...keys, COMFYUI_URLS: 'http://a:s3cret@gpu1', COMFYUI_CREDENTIALS: bearer },
    says: 'more than once',
  },
  { env: { ...keys, COMFYUI_URLS: 'http://a:s3cret@gpu1,http://b:s3cret@gpu1/' }, says: 'more than once' },
  { env: { ...keys, COMFYUI_CREDENTIALS: bearer.slice(1) }, says: 'must be JSON by address' },
  {
    env: { ...keys, COMFYUI_CREDENTIALS: '{"http://gpu1":{"token":"s3cret"}}' },
    says: 'must be JSON by address',
  },
  {
    env: { ...keys, COMFYUI_CREDENTIALS: '{"http://s3cret@gpu1":{"kind":"bearer","token":"x"}}' },
    says: 'must be JSON',
  },
  // Passwords whose characters end the host too early.
  { env: { ...keys, COMFYUI_URLS: 'http://me:12#s3cret@gpu1' }, says: 'write %2C for a comma' },
  { env: { ...keys, COMFYUI_URLS: 'http://me:12/s3cret@gpu1' }, says: 'write %2C for a comma' },
  { env: { ...keys, COMFYUI_URLS: 'http://me:12?s3cret@gpu1' }, says: 'write %2C for a comma' },
  { env: { ...keys, COMFYUI_URLS: 'http://me:s3,cret@gpu1' }, says: 'write %2C for a comma' },
  { env: { DATA_KEYS: 'k1:c2hvcnQ' }, says: 'base64url of 32 bytes' },
  { env: { DATA_KEYS: `${keys.DATA_KEYS},${keys.DATA_KEYS}` }, says: 'each kid once' },
  { env: { S3_ENDPOINT: 'https://me:s3cret@s3.example' }, says: 'S3_ACCESS_KEY' },
  { env: { DATABASE_URL: 'mysql://me:12/s3cret@host/db' }, says: 'DATABASE_URL: has an @ behind the host' },
  { env: { REDIS_URL: 'redis://me:12/s3cret@host/0' }, says: 'REDIS_URL: has an @ behind the host' },
  { env: { PUBLIC_URL: 'https://me:s3cret@pictures.example' }, says: 'no user and password' },
])('variables that are wrong say so without a secret: $says', ({ env, says }) => {
  let message = '';
  try {
    readBackends({ ...env });
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain(says);
  expect(message).not.toContain('s3');
});
