import type { BackendCredentials } from '@star-graph/workflows/shared/backendCredentials';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../ground/runtime/clock.ts';
import { findFreePort } from '../../ground/runtime/freePort.ts';
import { startRawServer, startScriptedServer } from '../../testing/comfy/scriptedServer.ts';
import { testAuthority, testCertificates } from '../../testing/services/certificates.ts';
import { ComfyFault } from '../comfy.ts';
import { createComfyClient } from '../comfyClient.ts';
import { toHeaders } from './credentials.ts';
import { createBackendNetwork, type NetworkConfig } from './network.ts';

const secret = 's3cret-of-mine';
const credentials = {
  basic: { kind: 'basic', username: 'me', password: secret },
  bearer: { kind: 'bearer', token: secret },
  header: { kind: 'header', headers: { 'X-Key': secret } },
} as const satisfies Record<string, BackendCredentials>;

/** What an operator reads about a server: by HTTP, and about its socket. */
async function explain(
  url: string,
  options: { sent?: BackendCredentials; network?: NetworkConfig; lookTimeoutMs?: number } = {},
): Promise<{ http: string; socket: string }> {
  // Only a server that hangs is waited for.
  const { sent, network, lookTimeoutMs = 20_000 } = options;
  const client = createComfyClient(
    { clock: systemClock, logger: pino({ level: 'silent' }) },
    {
      url,
      lookTimeoutMs,
      network: createBackendNetwork(network),
      readAccess: async () =>
        sent ? { kind: sent.kind, headers: toHeaders(sent) } : { kind: 'none', headers: {} },
    },
  );
  onTestFinished(() => client.close());
  const sentenceOf = (error: unknown): string => {
    if (!(error instanceof ComfyFault)) throw error;
    const sentence = client.explain(error);
    expect(sentence).not.toContain(secret);
    expect(`${error.message} ${error.cause}`).not.toContain(secret);
    return sentence;
  };
  const http = await client.probe().then(() => 'it answers', sentenceOf);
  const socket = await client.connect().then(() => 'it answers', sentenceOf);
  return { http, socket };
}

async function startRefusing(status: number, headers: Record<string, string>) {
  const server = await startScriptedServer((_request, response) => {
    response.writeHead(status, headers).end('<html>');
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

const basic = 'Basic realm="ComfyUI"';
const bearer = 'Bearer realm="ComfyUI"';
test.each([
  { status: 401, challenge: basic, words: 'wants a user name and a password (HTTP 401), and none are set' },
  { status: 401, challenge: bearer, words: 'wants a bearer token (HTTP 401), and none are set' },
  { status: 401, challenge: '', words: 'wants credentials (HTTP 401), and none are set' },
  { status: 401, challenge: basic, sent: credentials.basic, words: 'refuses the user name or the password' },
  { status: 401, challenge: bearer, sent: credentials.bearer, words: 'refuses the bearer token (HTTP 401)' },
  { status: 401, challenge: '', sent: credentials.header, words: 'refuses the header credentials' },
  {
    status: 401,
    challenge: bearer,
    sent: credentials.basic,
    words: 'what is set for it is of the kind "basic"',
  },
  { status: 403, challenge: '', words: 'forbids the request (HTTP 403). If a proxy' },
  { status: 403, challenge: '', sent: credentials.header, words: 'does not take the header credentials' },
  { status: 404, challenge: '', words: 'There is no ComfyUI at this address' },
  { status: 502, challenge: '', words: 'does not reach its ComfyUI (HTTP 502)' },
  { status: 500, challenge: '', words: 'HTTP 500' },
])('a server that answers $status, "$challenge", says $words', async ({ status, challenge, sent, words }) => {
  const server = await startRefusing(status, challenge === '' ? {} : { 'WWW-Authenticate': challenge });
  const said = await explain(`http://${server.host}/comfy/`, sent ? { sent } : {});
  expect(said.http).toContain(words);
  expect(said.socket).toContain(words);
});

test('a redirect is reported, not followed, and gets no credentials', async () => {
  await using target = await startScriptedServer((_request, response) => void response.end('{}'));
  const location = `http://me:${secret}@${target.host}/sign-in?next=${secret}`;
  const server = await startRefusing(302, { Location: location });
  const { http, socket } = await explain(`http://${server.host}`, { sent: credentials.bearer });
  for (const sentence of [http, socket])
    expect(sentence).toContain(`redirects to http://${target.host} (HTTP 302), which is not followed`);
  expect(target.connections()).toBe(0);
});

test('another program is told from ComfyUI', async () => {
  const page = await startRefusing(200, { 'Content-Type': 'text/html' });
  expect((await explain(`http://${page.host}`)).http).toContain('is not ComfyUI');
  const json = await startScriptedServer((_request, response) => void response.end('{"hello":1}'));
  onTestFinished(() => json[Symbol.asyncDispose]());
  expect((await explain(`http://${json.host}`)).http).toContain('is not ComfyUI');
});

test('an address without HTTP differs from a hanging server', async () => {
  const speak = async (greet: Parameters<typeof startRawServer>[0], limits = {}) => {
    const server = await startRawServer(greet);
    onTestFinished(() => server[Symbol.asyncDispose]());
    return await explain(`http://${server.host}`, limits);
  };
  const ssh = await speak((socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'));
  expect(ssh.http).toContain('does not speak HTTP');
  expect(ssh.socket).toContain('does not speak HTTP');
  const hung = await speak(() => undefined, { lookTimeoutMs: 150 });
  expect(hung.http).toContain('gave no answer in time');
  expect(hung.socket).toContain('gave no answer in time');
  const gone = await speak((socket) => void socket.end());
  expect(gone.http).toContain('ended the connection without an answer');
  expect(gone.socket).toContain('ended the connection without an answer');
});

test('a closed port differs from an unknown name', async () => {
  const port = await findFreePort();
  const away = await explain(`http://127.0.0.1:${port}`);
  for (const sentence of [away.http, away.socket])
    expect(sentence).toContain(`Nothing listens at 127.0.0.1:${port}. Start ComfyUI there`);
  const unknown = await explain('http://gpu7.invalid:8188', {
    network: { lookup: failingLookup('ENOTFOUND') },
  });
  for (const sentence of [unknown.http, unknown.socket])
    expect(sentence).toContain('There is no machine named gpu7.invalid');
  const silent = await explain('http://gpu7.invalid:8188', {
    network: { lookup: failingLookup('EAI_AGAIN') },
  });
  expect(silent.http).toContain('The DNS gave no answer about gpu7.invalid');
});

/** A resolver that says why it has no address. */
function failingLookup(code: string): NonNullable<NetworkConfig['lookup']> {
  const lookup = (_name: string, _options: unknown, callback: (error: Error) => void) =>
    callback(Object.assign(new Error(`getaddrinfo ${code}`), { code }));
  return lookup as unknown as NonNullable<NetworkConfig['lookup']>;
}

test.each([
  { certificate: testCertificates.good, words: 'authority that is not known here', network: {} },
  {
    certificate: testCertificates.expired,
    words: 'not valid today',
    network: { authorities: testAuthority },
  },
  {
    certificate: testCertificates.misnamed,
    words: 'for another name',
    network: { authorities: testAuthority },
  },
])('a certificate is refused with its reason: $words', async ({ certificate, words, network }) => {
  await using server = await startScriptedServer(
    (_request, response) => void response.end('{}'),
    certificate,
  );
  const { http, socket } = await explain(`https://${server.host}`, { network });
  expect(http).toContain(words);
  expect(socket).toContain(words);
});

test('HTTPS against HTTP, and the reverse, name the needed scheme', async () => {
  const plain = await startRefusing(200, {});
  const encrypted = await explain(`https://${plain.host}`);
  for (const sentence of [encrypted.http, encrypted.socket])
    expect(sentence).toContain('let the address begin with http://');
  await using server = await startScriptedServer(() => undefined, testCertificates.good);
  const said = await explain(`http://${server.host}`);
  for (const sentence of [said.http, said.socket])
    expect(sentence).toContain('let the address begin with https://');
});
