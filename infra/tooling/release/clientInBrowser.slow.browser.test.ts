import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startConsole } from '@star-graph/console/testing/consoleSetup';
import { expect, test } from 'vitest';
import { findExample } from '../../docs/examples.ts';
import { bundleCode } from './buildClient.ts';

const modules = resolve(import.meta.dirname, '../../../api/client/node_modules');

const examplePath = '/example.js';
/** A page of somebody else's, without a bundler, that notes what its picture shows. */
const writePage = (baseUrl: string, apiKey: string) => `<!doctype html>
<title>page</title>
<script type="importmap">${JSON.stringify({
  imports: {
    '@star-graph/client': '/modules/client/index.js',
    '@stomp/stompjs': '/modules/@stomp/stompjs/esm6/index.js',
    'eventsource-parser': '/modules/eventsource-parser/dist/index.js',
  },
})}</script>
<script type="module">
  import { draw } from ${JSON.stringify(examplePath)};
  window.shown = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) if (target instanceof HTMLImageElement) shown.push(target.src);
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['src'] });
  draw(${JSON.stringify(baseUrl)}, ${JSON.stringify(apiKey)}, 'a lighthouse at dusk', new AbortController().signal)
    .then(() => document.body.append('drawn'), (error) => document.body.append(String(error)));
</script>
<body></body>`;

test('a page draws a picture with the package alone, and shows it as it grows', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'client-browser-'));
  await bundleCode(folder);
  const example = stripTypeScriptTypes(
    await findExample('../../api/client/README.md', 'ts', 'document.body'),
  );
  await using setup = await startConsole({ isDrawing: true });
  const { api, url } = setup.platform;
  const { accessToken: token } = await setup.platform.signUp();
  const made = await api.call('/api/v1/users/api-keys', { token, body: { name: 'page' } });
  // The platform may not know yet what its server runs.
  const ask = () => api.call('/api/v1/generate/text2img/quote', { token, body: { prompt: 'a lighthouse' } });
  await expect.poll(async () => (await ask()).status).toBe(200);
  const page = await setup.open('/healthz');
  const contentType = 'text/javascript';
  await page.route('**/page', (route) =>
    route.fulfill({ contentType: 'text/html', body: writePage(url, made.body.key) }),
  );
  await page.route(`**${examplePath}`, (route) => route.fulfill({ contentType, body: example }));
  await page.route('**/modules/**', async (route) => {
    const path = new URL(route.request().url()).pathname.replace('/modules/', '');
    const file = path.startsWith('client/')
      ? join(folder, path.slice('client/'.length))
      : join(modules, path);
    await route.fulfill({ contentType, body: await readFile(file, 'utf8') });
  });
  await page.goto(`${url}/page`);
  const text = async () => (await page.locator('body').textContent())?.trim();
  await expect.poll(text).toBe('drawn');
  const shown = await page.evaluate<string[]>('shown');
  expect(shown.at(-1)).toMatch(/^http/);
  expect(shown.slice(0, -1)).toContainEqual(expect.stringMatching(/^data:image\/\w+;base64,/));
  const width = () => page.evaluate<number>('document.images[0].naturalWidth');
  await expect.poll(width).toBeGreaterThan(0);
  await rm(folder, { recursive: true });
}, 400_000);
