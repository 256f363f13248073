import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serveGuide } from '@star-graph/api/pages/serveGuide';
import Koa, { type Middleware } from 'koa';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const cleanUp = new AsyncDisposableStack();
let url: string;
let browser: Browser;
/** What the pages' policy has refused, and what failed in them. */
const faults: string[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'star-graph-site-'));
  cleanUp.defer(() => rm(folder, { recursive: true }));
  // A link that leads nowhere ends it.
  await promisify(execFile)(process.execPath, ['infra/cli/build-docs.ts'], {
    cwd: root,
    env: { ...process.env, DOCS_FOLDER: folder },
  });
  const server = createServer(new Koa().use((await serveGuide(folder)) as Middleware).callback());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanUp.defer(() => void server.close());
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/docs/guide/`;
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  cleanUp.defer(() => browser.close());
}, 300_000);
afterAll(() => cleanUp.disposeAsync());

async function open(path: string) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(url + path);
  return page;
}

test('a page is found by its words, in English and in Chinese, and opens at its heading', async () => {
  for (const [path, button, words, found, heading] of [
    ['', 'Search', 'max_fails', 'nginx.html', 'nginx before the API'],
    ['zh/', '搜索', '参考线', 'zh/canvas.html', '画布'],
  ] as const) {
    const page = await open(path);
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('searchbox').fill(words);
    const result = page.locator(`.result[href*="${found}"]`).first();
    await result.click();
    await page.waitForURL((address) => address.pathname.includes(found));
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.close();
  }
  expect(faults).toEqual([]);
});

test('a page leads to itself in the other language, or to its beginning where it has none', async () => {
  for (const [path, other] of [
    ['canvas.html', '/docs/guide/zh/canvas.html'],
    ['nginx.html', '/docs/guide/zh/'],
    ['zh/doors/mcp.html', '/docs/guide/doors/mcp.html'],
  ]) {
    const page = await open(path ?? '');
    const link = page.locator('.VPNavBarTranslations a');
    expect(await link.getAttribute('href')).toBe(other);
    await page.close();
  }
  expect(faults).toEqual([]);
});

test('pictures are shown, and links that would leave the documentation are words', async () => {
  const page = await open('console.html');
  const read = 'image.decode().then(() => image.naturalWidth)';
  for (const path of ['console.html', 'zh/console.html']) {
    await page.goto(url + path);
    const shown = await page.evaluate(`{ const image = document.querySelector('.vp-doc img'); ${read} }`);
    expect(shown).toBeGreaterThan(100);
  }
  await page.goto(`${url}containers.html`);
  const links = await page
    .locator('.vp-doc a')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  expect(links.join()).toContain('nginx.html');
  expect(links.filter((href) => /Dockerfile|compose\.yml|\.\.\//.test(href))).toEqual([]);
  await page.close();
  expect(faults).toEqual([]);
});
