import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import Koa, { type Middleware } from 'koa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveConsole } from './serveConsole.ts';

const style = '@media (width<=719px) {\n  p { color: red }\n}';
const html = `<!doctype html><title>Star-Graph</title><style>${style}</style>`;
let folder: string;
const servers: Server[] = [];

async function listen(from: string, filesFrom = 'http://127.0.0.1', isInDiscord = false): Promise<string> {
  const app = new Koa().use((await serveConsole({ filesFrom, isInDiscord }, from)) as Middleware);
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'star-graph-console-'));
  await mkdir(join(folder, 'console'));
  await writeFile(join(folder, 'index.html'), html);
  for (const [name, lang] of Object.entries({ manifest: 'en', 'manifest.zh-CN': 'zh-CN' }))
    await writeFile(join(folder, `${name}.webmanifest`), JSON.stringify({ lang }));
  await writeFile(join(folder, 'star.svg'), '<svg/>');
  await writeFile(join(folder, 'built-from.txt'), 'a secret of nobody');
  await writeFile(join(folder, 'console/main-a1.js'), 'start()');
  await writeFile(join(folder, 'console/main-a1.js.br'), brotliCompressSync('start()'));
});
afterAll(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true, force: true });
});

test('every address of a view answers with the page', async () => {
  const url = await listen(folder);
  for (const path of ['/', '/create', '/gallery/018f', '/admin/people/018f', '/account/credits']) {
    const answer = await fetch(url + path);
    expect([answer.status, await answer.text()]).toEqual([200, html]);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  }
});

test('an address of the API is none of a view', async () => {
  const url = await listen(folder);
  const paths = [
    '/api/v1/tasks',
    '/galleryx',
    '/built-from.txt',
    '/console/../built-from.txt',
    '/index.html',
  ];
  for (const path of paths) expect((await fetch(url + path)).status).toBe(404);
});

test('a script is kept for ever, and comes compressed as the browser takes it', async () => {
  const url = await listen(folder);
  const get = async (coding: string) => {
    const answer = await fetch(`${url}/console/main-a1.js`, { headers: { 'accept-encoding': coding } });
    return [answer.headers.get('content-encoding'), await answer.text()];
  };
  expect(await get('br')).toEqual(['br', 'start()']);
  // There is no such form: it comes as it is.
  expect(await get('gzip')).toEqual([null, 'start()']);
  const answer = await fetch(`${url}/console/main-a1.js`);
  expect(answer.headers.get('cache-control')).toMatch(/immutable/);
});

test('a picture is kept for an hour, so that the star is fetched once for the page, the rail and the tab', async () => {
  const answer = await fetch(`${await listen(folder)}/star.svg`);
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=3600']);
});

test('the app is installed in the language of the browser', async () => {
  const url = await listen(folder);
  const get = async (language: string) => {
    const answer = await fetch(`${url}/manifest.webmanifest`, { headers: { 'accept-language': language } });
    expect(answer.headers.get('content-type')).toMatch('application/manifest+json');
    expect(answer.headers.get('vary')).toMatch(/Accept-Language/);
    return JSON.parse(await answer.text()).lang;
  };
  expect(await get('zh-CN,zh;q=0.9,en;q=0.8')).toBe('zh-CN');
  expect(await get('zh-Hant-TW')).toBe('zh-CN');
  expect(await get('en-GB,zh;q=0.5')).toBe('en');
  expect(await get('de')).toBe('en');
});

test('both languages of the app differ in their words alone', async () => {
  const read = async (name: string) =>
    JSON.parse(await readFile(join(import.meta.dirname, '../console/app/public', name), 'utf8'));
  const withoutWords = ({ lang: _lang, description: _words, shortcuts, ...rest }: Manifest) => ({
    ...rest,
    shortcuts: shortcuts.map(({ url }) => url),
  });
  const [english, chinese] = [await read('manifest.webmanifest'), await read('manifest.zh-CN.webmanifest')];
  expect(withoutWords(chinese)).toEqual(withoutWords(english));
  expect(JSON.stringify(chinese)).not.toMatch(/Gallery|Pictures/);
});

interface Manifest {
  lang: string;
  description: string;
  shortcuts: { name: string; url: string }[];
}

test('the page takes its own scripts and styles alone, and shows files of the storage', async () => {
  const policyOf = async (filesFrom?: string) =>
    (await fetch(await listen(folder, filesFrom))).headers.get('content-security-policy') ?? '';
  expect(await policyOf()).toContain("script-src 'self';");
  expect(await policyOf()).not.toContain('unsafe');
  const hash = createHash('sha256').update(style).digest('base64');
  expect(await policyOf()).toContain(`style-src 'self' 'sha256-${hash}';`);
  expect(await policyOf('https://s3.example/bucket')).toContain(
    "img-src 'self' blob: data: https://s3.example;",
  );
});

test('Discord alone frames the page, where the Activity is on and its client asks', async () => {
  const framesOf = async (isInDiscord: boolean, path: string) => {
    const url = await listen(folder, undefined, isInDiscord);
    const policy = (await fetch(url + path)).headers.get('content-security-policy') ?? '';
    return /frame-ancestors ([^;]*)/.exec(policy)?.[1];
  };
  const asked = '/?frame_id=1&instance_id=i-1&platform=desktop';
  expect(await framesOf(true, asked)).toBe(
    'https://discord.com https://*.discord.com https://*.discordsays.com',
  );
  expect(await framesOf(true, '/')).toBe("'none'");
  expect(await framesOf(false, asked)).toBe("'none'");
});

test('a share that no service worker took leads to Create', async () => {
  const body = new FormData();
  body.set('picture', new File(['x'], 'x.png', { type: 'image/png' }));
  const url = await listen(folder);
  const answer = await fetch(`${url}/share-target`, { method: 'POST', body, redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/create?shared=1']);
});

test('a console that was not built says how to build it', async () => {
  const answer = await fetch(await listen(join(folder, 'none')));
  expect([answer.status, await answer.text()]).toEqual([
    503,
    expect.stringContaining('npm run build:console'),
  ]);
});
