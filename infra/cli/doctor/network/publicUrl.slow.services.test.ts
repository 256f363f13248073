import { once } from 'node:events';
import { createServer, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { startTestApi } from '@star-graph/api/testing/servers/apiServer';
import { platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { createTicket } from '@star-graph/core/desk/doctor/connectionTicket';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import { forgedAddress, openProbe } from './openProbe.ts';
import { publicUrlCheck } from './publicUrl.ts';

const platform = platformFixture();
const signal = new AbortController().signal;

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface ProxyFaults {
  /** Answers are passed on when they are whole. */
  buffers?: boolean;
  refusesUpgrades?: boolean;
  mostBytes?: number;
  /** The header as it is sent on: the client's, the client alone, or by default the client's with the client added. */
  forwards?: 'as it is' | 'replaced';
}

/** A proxy as an operator may have set it up. */
function startProxy(target: string, faults: ProxyFaults = {}): Promise<string> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, answer) => {
    if (Number(incoming.headers['content-length'] ?? 0) > (faults.mostBytes ?? Number.POSITIVE_INFINITY))
      return void answer.writeHead(413, { 'content-type': 'text/html' }).end('too large');
    const given = incoming.headers['x-forwarded-for'] ?? '';
    const { forwards } = faults;
    const client = incoming.socket.remoteAddress;
    const forwarded =
      forwards === 'as it is' ? given : forwards === 'replaced' ? client : `${given}, 192.0.2.10`;
    const { method = 'GET', url = '/' } = incoming;
    const headers = { ...incoming.headers, 'x-forwarded-for': forwarded, 'x-forwarded-proto': 'http' };
    const sent = request({ hostname, port, method, path: url, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      if (faults.buffers) void holdBack(response.toArray(), answer);
      else response.pipe(answer);
    });
    sent.on('error', () => answer.destroy());
    incoming.on('error', () => sent.destroy());
    incoming.pipe(sent);
  });
  server.on('upgrade', (incoming, socket, head) => {
    if (faults.refusesUpgrades) return void socket.end('HTTP/1.1 426 Upgrade Required\r\n\r\n');
    const upstream = connect(Number(port), hostname);
    const lines = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
    upstream.write(head);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const)
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  return listen(server);
}

async function holdBack(chunks: Promise<Buffer[]>, answer: ServerResponse): Promise<void> {
  answer.end(Buffer.concat(await chunks));
}

async function examine(publicUrl: string, jwtKeys = platform.env.JWT_KEYS ?? '') {
  const asked = { publicUrl, jwtKeys, uploadLimitBytes: 50_000_000 };
  const { findings } = await publicUrlCheck({ clock: systemClock }, asked).run(signal);
  return findings.map(({ code }) => code);
}

const trusting = { TRUSTED_PROXIES: '127.0.0.1' };

test('an API without a proxy, and one behind a good one, have no findings', async () => {
  await using api = await startTestApi(platform, trusting);
  expect(await examine(api.url)).toEqual([]);
  expect(await examine(await startProxy(api.url))).toEqual([]);
});

test.each<[string, ProxyFaults]>([
  ['events-buffered', { buffers: true }],
  ['websocket-refused', { refusesUpgrades: true }],
  ['upload-refused', { mostBytes: 1_000_000 }],
  ['address-forgeable', { forwards: 'as it is' }],
])('%s is found behind a proxy that %o', async (code, faults) => {
  await using api = await startTestApi(platform, trusting);
  expect(await examine(await startProxy(api.url, faults))).toEqual([code]);
});

test('a proxy that the API does not know is found', async () => {
  await using api = await startTestApi(platform);
  expect(await examine(await startProxy(api.url))).toEqual(['proxy-not-trusted']);
});

test('a proxy on the doctor’s own machine is told from one that the API does not know', async () => {
  await using trusted = await startTestApi(platform, trusting);
  expect(await examine(await startProxy(trusted.url, { forwards: 'replaced' }))).toEqual([]);
  await using other = await startTestApi(platform);
  expect(await examine(await startProxy(other.url, { forwards: 'replaced' }))).toEqual(['proxy-not-trusted']);
});

test('a PUBLIC_URL that leads to another installation or program is found', async () => {
  await using api = await startTestApi(platform);
  const others = `other:${Buffer.alloc(64, 7).toString('base64url')}`;
  expect(await examine(api.url, others)).toEqual(['public-url-elsewhere']);
  const program = await listen(createServer((_request, answer) => answer.end('hello')));
  expect(await examine(program)).toEqual(['public-url-elsewhere']);
});

test('a PUBLIC_URL that leads nowhere, on, or to an idle proxy is found', async () => {
  expect(await examine('http://127.0.0.1:1')).toEqual(['public-url-unreachable']);
  expect(await examine('http://nowhere.invalid')).toEqual(['public-url-unreachable']);
  const on = { location: 'https://pictures.example/' };
  const redirect = await listen(createServer((_request, answer) => answer.writeHead(308, on).end()));
  expect(await examine(redirect)).toEqual(['public-url-unreachable']);
  const idle = await listen(createServer((_request, answer) => answer.writeHead(502).end()));
  expect(await examine(idle)).toEqual(['public-url-unreachable']);
});

test('nobody learns anything of a connection without a ticket in force', async () => {
  await using api = await startTestApi(platform);
  const [kid = '', secret = ''] = (platform.env.JWT_KEYS ?? '').split(':');
  expect(kid).not.toBe('');
  const key = Buffer.from(secret, 'base64url');
  const ask = async (ticket: string) => (await api.call(`/api/public/connection?ticket=${ticket}`)).status;
  const old = { ...systemClock, now: () => new Date(Date.now() - 3_600_000) };
  for (const ticket of [
    '',
    'a.b.c',
    createTicket({ clock: old }, key).ticket,
    `${createTicket({ clock: systemClock }, key).ticket.slice(0, -2)}xx`,
  ])
    expect(await ask(ticket)).toBe(401);
  const probe = await openProbe(api.url, createTicket({ clock: systemClock }, key), signal);
  expect(probe).toMatchObject({
    kind: 'arrival',
    arrival: { forwardedFor: forgedAddress, peer: '127.0.0.1' },
  });
});
