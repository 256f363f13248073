import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { testAuthority, testCertificates, testKey } from '@star-graph/core/testing/services/certificates';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../startApi.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
let folder: string;
let api: RunningApi;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'star-graph-sdapi-'));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(certFile, testCertificates.good);
  await writeFile(keyFile, testKey);
  const tls = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_HOST: '127.0.0.1', TLS_PORT: '0' };
  const env = parseConfig({ ...platform.env, ...tls, SDAPI_PORT: '0' });
  api = await startApi({ clock: systemClock, log: pino({ level: 'silent' }) }, env);
});
afterAll(async () => {
  await api?.stop();
  await rm(folder, { recursive: true });
});

test('with a certificate the door takes keys over TLS alone, also in an address', async () => {
  const url = new URL(api.sdapiUrl ?? '');
  expect(url.protocol).toBe('https:');
  const session = connect(url, { ca: testAuthority });
  const read = async (path: string) => {
    const [answer] = await once(session.request({ ':path': path }), 'response');
    return answer[':status'];
  };
  expect(await read('/openapi.json')).toBe(200);
  // A key that is none: the path behind it is that of an operation.
  expect(await read('/somebody/sdapi/v1/options')).toBe(401);
  expect(await read('/somebody/elsewhere')).toBe(404);
  session.destroy();
  await expect(fetch(new URL('/openapi.json', `http://${url.host}`))).rejects.toThrow();
});
