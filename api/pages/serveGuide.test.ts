import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import Koa, { type Middleware } from 'koa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveGuide } from './serveGuide.ts';

const outside = 'a secret beside the site';
const script = 'chooseColours()';
const cleanUp = new AsyncDisposableStack();
let built: string;
let notBuilt: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'star-graph-guide-'));
  cleanUp.defer(() => rm(folder, { recursive: true }));
  const site = join(folder, 'site');
  await mkdir(join(site, 'assets'), { recursive: true });
  await writeFile(join(folder, 'outside.txt'), outside);
  await writeFile(join(site, 'index.html'), `<script id="check-dark-mode">${script}</script>first`);
  await writeFile(join(site, 'bot.html.gz'), gzipSync('bot'));
  await writeFile(join(site, '404.html'), 'nothing here');
  await writeFile(join(site, 'assets/app.1a.js'), 'start()');
  built = await listen(site);
  notBuilt = await listen(join(folder, 'nowhere'));
});
afterAll(() => cleanUp.disposeAsync());

async function listen(folder: string): Promise<string> {
  const app = new Koa().use((await serveGuide(folder)) as Middleware);
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  cleanUp.defer(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const read = async (path: string, from = built, encoding = 'gzip') => {
  const headers = { 'accept-encoding': encoding };
  const answer = await fetch(from + path, { redirect: 'manual', headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

test('pages of the guide come with a policy that lets only their own scripts run', async () => {
  const hash = createHash('sha256').update(script).digest('base64');
  for (const [path, said] of Object.entries({ '': /first$/, 'bot.html': /^bot$/ })) {
    const { status, headers, text: body } = await read(`/docs/guide/${path}`);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toMatch(said);
    expect(headers.get('content-security-policy')).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(headers.get('cache-control')).toBe('no-cache');
  }
  const asset = await read('/docs/guide/assets/app.1a.js');
  expect(asset.headers.get('cache-control')).toContain('immutable');
  expect((await read('/docs/guide')).headers.get('location')).toBe('/docs/guide/');
});

test('no address of the guide leads to a file outside of it', async () => {
  for (const path of [
    '../outside.txt',
    '..%2foutside.txt',
    'assets/../../outside.txt',
    '%2e%2e/outside.txt',
  ]) {
    // fetch would take the dots away.
    const { port } = new URL(built);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET /docs/guide/${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).toContain('nothing here');
    expect(answer).not.toContain(outside);
  }
});

test('a packed page is sent as it is to who unpacks it, and unpacked to others', async () => {
  for (const [asked, sent] of Object.entries({ gzip: 'gzip', identity: null })) {
    const { headers, text: body } = await read('/docs/guide/bot.html', built, asked);
    expect([headers.get('content-encoding'), headers.get('vary'), body]).toEqual([
      sent,
      'Accept-Encoding',
      'bot',
    ]);
  }
  expect((await read('/docs/guide/bot.html.gz')).status).toBe(404);
});

test('what is no address of the guide, and a guide that was not built, go to who comes next', async () => {
  for (const path of ['/docs', '/docs/guidebook', '/bot.html'])
    expect((await read(path)).text).toBe('Not Found');
  expect((await read('/docs/guide/', notBuilt)).text).toBe('Not Found');
});
