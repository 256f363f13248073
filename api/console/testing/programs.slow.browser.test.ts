import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { programSite } from '@star-graph/api/doors/testing/program';
import { sampleManifestOfKinds } from '@star-graph/workflows/testing/sampleManifest';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';
import { findFaults } from './findFaults.ts';

let setup: ConsoleSetup;
const site = programSite();
/** A page of somebody else, which the operator lets call the platform. */
const elsewhere = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>elsewhere</title>');
});
let elsewhereUrl: string;
beforeAll(async () => {
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  setup = await startConsole({ isDrawing: true, env: { CORS_ORIGINS: elsewhereUrl } });
});
afterAll(() => elsewhere.close());
afterAll(async () => setup[Symbol.asyncDispose]());

const redirectUri = 'http://127.0.0.1:51234/callback';
const verifier = 'a verifier of the program, 43 letters at least'.replaceAll(/[^a-z]/g, '-');

async function addressOf(changes: Record<string, string> = {}): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const asked = {
    response_type: 'code',
    client_id: `${site.url}/client.json`,
    redirect_uri: redirectUri,
    code_challenge: Buffer.from(digest).toString('base64url'),
    code_challenge_method: 'S256',
    resource: `${setup.platform.url}/mcp`,
    state: 'of its own',
    ...changes,
  };
  return `/connect?${new URLSearchParams(asked)}`;
}

test('a person lets a program in with a limit, and sends it away', async () => {
  const { page } = await setup.openSignedIn(await addressOf());
  await page.route(`${redirectUri}**`, (route) => route.fulfill({ body: 'back' }));
  await page.getByRole('heading', { name: 'A program wants access' }).waitFor();
  expect(await page.getByText(new URL(site.url).host).count()).toBe(1);
  expect(await findFaults(page)).toEqual([]);
  const limit = page.getByLabel('Daily spending limit');
  await limit.fill('7');
  await limit.blur();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${redirectUri}**`);
  const back = new URL(page.url()).searchParams;
  expect([back.get('state'), back.get('iss')]).toEqual(['of its own', setup.platform.url]);
  const form = {
    grant_type: 'authorization_code',
    code: back.get('code') ?? '',
    code_verifier: verifier,
    client_id: `${site.url}/client.json`,
    redirect_uri: redirectUri,
    resource: `${setup.platform.url}/mcp`,
  };
  const given = await fetch(`${setup.platform.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  expect(given.status).toBe(200);
  await page.goto(`${setup.platform.url}/account/programs`);
  const row = page.getByRole('row').filter({ hasText: 'A program' });
  await row.getByTitle('7 credits').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await row.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click();
  await page.getByText('No connected apps').waitFor();
});

test('a program that is sent away, or is not what it says, gets nothing', async () => {
  const { page } = await setup.openSignedIn(await addressOf());
  await page.route(`${redirectUri}**`, (route) => route.fulfill({ body: 'back' }));
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.waitForURL(`${redirectUri}**`);
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
  await page.goto(setup.platform.url + (await addressOf({ scope: 'backends:drain' })));
  await page.getByRole('button', { name: 'Back to the app' }).waitFor();
  await page.goto(setup.platform.url + (await addressOf({ redirect_uri: 'https://elsewhere.example/' })));
  await page.getByRole('alert').filter({ hasText: 'not its own' }).waitFor();
  expect(await page.getByRole('button', { name: 'Allow' }).count()).toBe(0);
});

test('a program that registered itself is let in under a name that it chose', async () => {
  const description = { client_name: 'Claude', redirect_uris: [redirectUri] };
  const registered = await fetch(`${setup.platform.url}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(description),
  });
  const { client_id } = (await registered.json()) as { client_id: string };
  const { page } = await setup.openSignedIn(await addressOf({ client_id }));
  await page.route(`${redirectUri}**`, (route) => route.fulfill({ body: 'back' }));
  await page.getByRole('heading', { name: 'Claude wants access' }).waitFor();
  await page.getByText('The app chose this name itself').waitFor();
  await page.getByText('nobody (self-registered)').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${redirectUri}**`);
  expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
});

test('a name from right to left leaves the words around it where they are', async () => {
  const client_name = '\u05e9\u05dc\u05d5\u05dd';
  const registered = await fetch(`${setup.platform.url}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name, redirect_uris: [redirectUri] }),
  });
  const { client_id } = (await registered.json()) as { client_id: string };
  const { page } = await setup.openSignedIn(await addressOf({ client_id }));
  const heading = page.getByRole('heading', { name: `${client_name} wants access` });
  await heading.waitFor();
  expect(await heading.locator('bdi').textContent()).toBe(client_name);
});

test('a person who signs in by a provider on the way comes back to the request', async () => {
  const { api, url, signUp } = setup.platform;
  const { username, password } = await signUp();
  const { accessToken: token } = (await api.call('/api/v1/auth/login', { body: { username, password } }))
    .body;
  const { code } = (await api.call('/api/v1/users/link-codes', { token, method: 'POST' })).body;
  const page = await setup.open('/');
  const items = [{ name: 'elsewhere', title: 'Elsewhere', url: `${url}/sign-in/elsewhere` }];
  await page.route('**/api/public/sign-in-providers', (route) => route.fulfill({ json: { items } }));
  // What a provider does is for other tests: this one lets the person back in at once.
  await page.route('**/sign-in/elsewhere**', (route) => {
    const state = new URL(route.request().url()).searchParams.get('state');
    const back = JSON.stringify(`${url}/#code=${code}&state=${state}`);
    const body = `<script>location.replace(${back})</script>`;
    return route.fulfill({ contentType: 'text/html', body });
  });
  await page.goto(url + (await addressOf()));
  await page.getByRole('button', { name: 'Elsewhere' }).click();
  await page.getByRole('heading', { name: 'A program wants access' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/connect');
});

/** A module as a page loads it. */
async function bundle(entry: string, name: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: fileURLToPath(entry), name, formats: ['iife'] },
    },
  });
  const [output] = [built].flat();
  const [chunk] = output && 'output' in output ? output.output : [];
  return chunk?.type === 'chunk' ? chunk.code : '';
}

test('a page of an allowed origin draws by the package of OpenAI, and registers as a program', async () => {
  const { api, url, signUp } = setup.platform;
  const { username, password } = await signUp();
  const { accessToken: token } = (await api.call('/api/v1/auth/login', { body: { username, password } }))
    .body;
  const made = await api.call('/api/v1/users/api-keys', { token, body: { name: 'page' } });
  const page = await (await setup.browser.newContext()).newPage();
  await page.goto(elsewhereUrl);
  await page.addScriptTag({ content: await bundle(import.meta.resolve('openai'), 'OpenAi') });
  const seen = await page.evaluate(
    async ({ url, key, redirectUri }) => {
      const { OpenAI } = (globalThis as unknown as { OpenAi: typeof import('openai') }).OpenAi;
      const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, dangerouslyAllowBrowser: true });
      const { data } = await client.images.generate({ prompt: 'a fox', size: '256x256' });
      const read = async (path: string, body?: object) => {
        const headers = { 'content-type': 'application/json' };
        const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : {};
        return (await fetch(url + path, init)).json();
      };
      const challenge = await fetch(`${url}/mcp`, { method: 'POST' });
      return {
        picture: data?.[0]?.b64_json,
        server: (await read('/.well-known/oauth-authorization-server')).issuer,
        client: (await read('/oauth/register', { redirect_uris: [redirectUri] })).client_id,
        token: (await read('/oauth/token', {})).error,
        challenge: challenge.headers.get('www-authenticate'),
      };
    },
    { url, key: made.body.key, redirectUri },
  );
  expect(seen).toMatchObject({ server: url, client: expect.stringMatching(/^sgr_/) });
  expect(seen.token).toBe('unsupported_grant_type');
  expect(seen.challenge).toContain('resource_metadata=');
  expect(Buffer.from(seen.picture ?? '', 'base64').toString('latin1', 1, 4)).toBe('PNG');
});

/** Somebody with a key, and a page of an assistant that shows the cards of its calls. */
async function openHost() {
  const { api, url, signUp } = setup.platform;
  const { username, password } = await signUp();
  const { accessToken: token } = (await api.call('/api/v1/auth/login', { body: { username, password } }))
    .body;
  const { key } = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'host' } })).body;
  const page = await (await setup.browser.newContext()).newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(elsewhereUrl);
  await page.addScriptTag({ content: await bundle(import.meta.resolve('./mcpHost.ts'), 'McpHost') });
  type Host = typeof import('./mcpHost.ts');
  return {
    page,
    card: page.frameLocator('iframe'),
    tasks: async () => (await api.call('/api/v1/tasks', { token })).body.items,
    show: (name: string, args: Record<string, unknown>, locale: string) =>
      page.evaluate(
        async ({ url, key, name, args, locale }) => {
          const host = (globalThis as unknown as { McpHost: Host }).McpHost;
          const theme = locale === 'zh-CN' ? 'light' : 'dark';
          await host.showCall(url, key, { name, arguments: args }, { theme, locale });
        },
        { url, key, name, args, locale },
      ),
    asked: () => page.evaluate(() => (globalThis as unknown as { McpHost: Host }).McpHost.asked),
  };
}

test('a host shows what becomes of a picture, with its price, and what the person makes of it', async () => {
  const { card, tasks, show, asked } = await openHost();
  const draw = (prompt: string, locale: string) =>
    show('draw', { prompt, width: 256, height: 256, count: 2, waitSeconds: 0 }, locale);
  await draw('a fox', 'en-GB');
  await card.getByText(/^Done · \d+ credits?$/).waitFor();
  const [drawn] = await tasks();
  expect(await card.getByRole('status').textContent()).toBe(
    `Done · ${drawn.charged} credit${drawn.charged === 1 ? '' : 's'}`,
  );
  expect(await card.getByRole('img', { name: 'The result' }).getAttribute('src')).toMatch(/^data:image\//);
  const second = card.getByRole('button', { name: 'Picture 2' });
  await second.click();
  expect(await second.getAttribute('aria-pressed')).toBe('true');
  await card.getByRole('button', { name: /^Animate · \d+ credits$/ }).waitFor();
  await card.getByRole('button', { name: /^Again · \d+ credits?$/ }).waitFor();
  await card.getByRole('button', { name: 'Open whole size' }).click();
  const enlarge = card.getByRole('button', { name: /^Enlarge · / });
  const [, price] = /· (\d+)/.exec((await enlarge.textContent()) ?? '') ?? [];
  await enlarge.click();
  const divider = card.getByRole('slider', { name: 'Before and after' });
  await divider.waitFor();
  await divider.fill('80');
  const [enlarged] = await tasks();
  expect(enlarged).toMatchObject({
    type: 'upscale',
    status: 'succeeded',
    charged: Number(price),
    params: { image: drawn.outputs[1].id },
  });
  const { links, context } = await asked();
  expect(links[0]).toContain(`${setup.platform.url}/files/`);
  expect(JSON.stringify(context)).toContain(enlarged.id);
  await draw('a heron', 'zh-CN');
  await card.getByText(/^已完成 · \d+ 积分$/).waitFor();
  await card.getByRole('button', { name: /^放大 · \d+ 积分$/ }).waitFor();
});

test('the card of a task of several kinds shows what can be seen, says its words, and opens each', async () => {
  const { api } = setup.platform;
  const body = sampleManifestOfKinds('poster', 'a caption of a fox');
  expect((await api.call('/api/admin/workflows', { token: await api.signInAsAdmin(), body })).status).toBe(
    201,
  );
  const { card, tasks, show, asked } = await openHost();
  const make = (locale: string) =>
    show('generate', { workflow: 'poster', params: { prompt: 'a fox', seed: 1 } }, locale);
  await make('en-GB');
  const open = (name: string) => card.getByRole('button', { name, exact: true });
  await open('Open the sound').waitFor();
  const state = card.getByRole('status');
  expect(await state.textContent()).toMatch(/^Done · \d+ credits?\n\na caption of a fox$/);
  // Of the body a picture is seen, and its file is opened.
  const picture = card.getByRole('img', { name: 'The result' });
  const first = await picture.getAttribute('src');
  expect(await card.getByRole('group').getByRole('button').count()).toBe(2);
  for (const name of ['Open whole size', 'Open the text', 'Open the sound']) await open(name).click();
  await card.getByRole('button', { name: 'Picture 2' }).click();
  expect(await picture.getAttribute('src')).not.toBe(first);
  await open('Open the 3D model').click();
  expect(await open('Open whole size').count()).toBe(0);
  const opened = (await asked()).links.map((link) => new URL(link).pathname.split('.').at(-1));
  expect(opened).toEqual(['png', 'txt', 'mp3', 'glb']);
  await make('zh-CN');
  for (const name of ['打开原图', '打开文本', '打开音频']) await open(name).waitFor();
  expect(await state.textContent()).toMatch(/^已完成 · \d+ 积分\n\na caption of a fox$/);
  expect((await tasks()).map(({ status }: { status: string }) => status)).toEqual(['succeeded', 'succeeded']);
});

test('the card of a sound or a text alone has no picture, and opens what there is', async () => {
  const { card, show, asked } = await openHost();
  await show('generate', { workflow: 'ace-step', params: { prompt: 'quiet piano', seconds: 5 } }, 'en-GB');
  await card.getByRole('button', { name: 'Open the sound', exact: true }).click();
  expect(await card.getByRole('img').count()).toBe(0);
  await show('generate', { workflow: 'expand-prompt', params: { prompt: 'a fox in the snow' } }, 'en-GB');
  await card.getByRole('button', { name: 'Open the text', exact: true }).click();
  expect(await card.getByRole('status').textContent()).toContain('a fox in the snow');
  expect(await card.getByRole('img').count()).toBe(0);
  const opened = (await asked()).links.map((link) => new URL(link).pathname.split('.').at(-1));
  expect(opened).toEqual(['mp3', 'txt']);
});
