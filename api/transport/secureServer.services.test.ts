import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createServerStop } from '@star-graph/core/ground/runtime/stopServer';
import { eventually } from '@star-graph/core/testing/eventually';
import { testAuthority, testCertificates, testKey } from '@star-graph/core/testing/services/certificates';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningApi, startApi } from '../startApi.ts';
import { platformFixture } from '../testing/servers/fixtures.ts';
import { createTlsServer } from './secureServer.ts';

const platform = platformFixture();
const log = pino({ level: 'silent' });
let folder: string;
let files: { certFile: string; keyFile: string };
let api: RunningApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'star-graph-tls-'));
  files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  await writeFile(files.certFile, testCertificates.good);
  await writeFile(files.keyFile, testKey);
  api = await start();
});
afterAll(async () => {
  await api?.stop();
  await rm(folder, { recursive: true });
});

const start = async (env: Record<string, string> = {}) =>
  startApi(
    { clock: systemClock, log },
    parseConfig({
      ...platform.env,
      TLS_CERT_FILE: files.certFile,
      TLS_KEY_FILE: files.keyFile,
      TLS_HOST: '127.0.0.1',
      TLS_PORT: '0',
      PUBLIC_URL: 'https://pictures.example',
      ...env,
    }),
  );

const secureUrl = (running: RunningApi = api): URL => {
  if (running.secureUrl === undefined) throw new Error('there is no TLS');
  return new URL(running.secureUrl);
};

async function openSession(url: URL): Promise<ClientHttp2Session> {
  const session = connectHttp2(url, { ca: testAuthority });
  await once(session, 'connect');
  return session;
}

async function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string) {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  const [answer] = await once(stream, 'response');
  return { headers: answer, body: await text(stream) };
}

/** @returns the connection after its handshake. */
async function shakeHands(url: URL, options: object = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: url.hostname, port: Number(url.port), ca: testAuthority, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

test('HTTP/2 over TLS 1.3 serves what HTTP/1.1 does', async () => {
  const session = await openSession(secureUrl());
  const health = await ask(session, { ':path': '/healthz' });
  expect([health.headers[':status'], JSON.parse(health.body)]).toMatchObject([200, { status: 'ok' }]);
  expect(health.headers['strict-transport-security']).toContain('max-age=');
  expect((session.socket as TLSSocket).getProtocol?.()).toBe('TLSv1.3');
  // Without a length, as HTTP/2 may send it.
  const post = { ':path': '/api/v1/auth/register', ':method': 'POST', 'content-type': 'application/json' };
  const registered = await ask(session, post, '{"username":"secured","password":"long enough for all"}');
  expect([registered.headers[':status'], JSON.parse(registered.body)]).toMatchObject([
    201,
    { user: { username: 'secured' } },
  ]);
  const broken = await ask(session, post, '{"username":');
  expect([broken.headers[':status'], broken.headers['content-type']]).toEqual([
    400,
    'application/problem+json',
  ]);
  const plain = await ask(session, { ...post, 'content-type': 'text/plain' }, 'words');
  expect(plain.headers[':status']).toBe(415);
  session.close();
});

test('HTTP/1.1 over TLS serves the same, WebSockets too', async () => {
  const url = secureUrl();
  const asking = request(new URL('/healthz', url), { ca: testAuthority, agent: false }).end();
  const [answer] = await once(asking, 'response');
  expect([answer.statusCode, answer.httpVersion]).toEqual([200, '1.1']);
  answer.resume();
  const socket = new WebSocket(new URL('/ws', url), 'v12.stomp', { ca: testAuthority });
  await once(socket, 'open');
  socket.close();
  await once(socket, 'close');
});

test('TLS 1.2 is refused', async () => {
  const old = shakeHands(secureUrl(), { maxVersion: 'TLSv1.2' });
  await expect(old).rejects.toMatchObject({ code: expect.stringContaining('PROTOCOL_VERSION') });
});

test('a page of another origin opens no WebSocket', async () => {
  const socket = new WebSocket(new URL('/ws', secureUrl()), 'v12.stomp', {
    ca: testAuthority,
    origin: 'https://evil.example',
  });
  const [error] = await once(socket, 'error');
  expect(error.message).toContain('403');
});

test('a stop lets a running HTTP/2 answer finish', async () => {
  const running = await start();
  const session = await openSession(secureUrl(running));
  const login = { ':path': '/api/v1/auth/login', ':method': 'POST', 'content-type': 'application/json' };
  const stream = session.request(login);
  const answered = once(stream, 'response');
  stream.write('{"username":"nobody",');
  // Its answer proves that the server has both requests; the first waits for the rest of its body.
  await ask(session, { ':path': '/healthz' });
  const leaving = once(session, 'goaway');
  const stopped = running.stop();
  await leaving;
  stream.end('"password":"wrong password"}');
  const [answer] = await answered;
  expect(answer[':status']).toBe(401);
  stream.resume();
  await stopped;
});

test('a renewed certificate is in force without a restart, a wrong one is not', async () => {
  await writeFile(files.certFile, testCertificates.good);
  const own = { certFile: join(folder, 'own.pem'), keyFile: files.keyFile, watchMs: 20 };
  await writeFile(own.certFile, testCertificates.misnamed);
  const limits = { requestTimeout: 1_000, headersTimeout: 1_000, keepAliveTimeout: 1_000 };
  const said: string[] = [];
  const noting = pino({ level: 'info' }, { write: (line: string) => said.push(line) });
  const { server, close } = await createTlsServer({ log: noting }, own, limits);
  const { stop } = createServerStop(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const subject = async () => {
    const socket = await shakeHands(url, { rejectUnauthorized: false });
    const { subjectaltname } = socket.getPeerCertificate();
    socket.destroy();
    return subjectaltname;
  };
  const replace = async (content: string) => {
    await writeFile(join(folder, 'next.pem'), content);
    await rename(join(folder, 'next.pem'), own.certFile);
  };
  expect(await subject()).toBe('DNS:gpu.example');
  await replace('no certificate');
  await eventually(() => expect(said.join()).toContain('the certificate stays'));
  expect(await subject()).toBe('DNS:gpu.example');
  await replace(testCertificates.good);
  await eventually(async () => expect(await subject()).toContain('localhost'));
  close();
  await stop(1_000);
});

test('half of a certificate keeps the API from starting', async () => {
  await expect(start({ TLS_KEY_FILE: '' })).rejects.toThrow('belong together');
  await expect(start({ TLS_KEY_FILE: files.certFile })).rejects.toThrow('no certificate and its key');
});
