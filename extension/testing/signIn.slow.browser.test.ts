import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Person,
  type RunningPlatform,
  startPlatform,
} from '@star-graph/api/testing/servers/runningPlatform';
import { numberOf } from '@star-graph/client/ownCode';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { capture } from './browsers/capture.ts';
import { type ExtensionBrowser, signIn, startChromium } from './browsers/chromium.ts';
import { copyExtension } from './browsers/extensionFolder.ts';
import { readStored, writeStored } from './browsers/extensionStorage.ts';
import { hasChromium } from './browsers/programs.ts';

interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresAtMs: number;
}

/** Without permission for any site, as after an installation. */
describe.skipIf(!hasChromium)('signing in with what is shipped', () => {
  const parts = new AsyncDisposableStack();
  let platform: RunningPlatform;
  let browser: ExtensionBrowser;
  let person: Person;

  beforeAll(async () => {
    const built = parts.use(await copyExtension('chrome'));
    platform = parts.use(await startPlatform());
    browser = parts.use(await startChromium({ directory: built.directory }));
    person = await platform.signUp();
  });
  afterAll(() => parts.disposeAsync());

  const requireTokens = async (): Promise<Tokens> => {
    const tokens = await readStored<Tokens>(browser, 'tokens');
    if (!tokens) throw new Error('nobody is signed in');
    return tokens;
  };
  const signOut = async (options: Page) => {
    await options.getByRole('button', { name: 'Sign out' }).click();
    await options.locator('input[name=server]').waitFor();
  };
  const checkServer = async (address: string) => {
    const options = await browser.openOwnPage('/options.html');
    await options.fill('input[name=server]', address);
    await options.getByRole('button', { name: 'Check server' }).click();
    const alert = options.locator('[data-fault]');
    await alert.waitFor();
    const found = { fault: await alert.getAttribute('data-fault'), links: await alert.locator('a').count() };
    await options.close();
    return found;
  };
  const withServer = async <Value>(body: string, work: (host: string) => Promise<Value>): Promise<Value> => {
    const headers = { 'Access-Control-Allow-Origin': '*' };
    const server = createServer((request, response) =>
      response
        .writeHead(200, request.url?.startsWith('/api/public') && body.startsWith('{') ? headers : {})
        .end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      return await work(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  const status = { version: '9.0.0', apiVersion: '1', minClient: '0.1.0', registration: 'open' };

  test('reports a wrong address before any password is sent', async () => {
    expect(await checkServer('ftp://pictures.example')).toEqual({ fault: 'scheme', links: 0 });
    const gone = await withServer('', async (host) => host);
    expect(await checkServer(gone)).toEqual({ fault: 'unreachable', links: 0 });
    await withServer('<!doctype html><title>Router</title>', async (host) => {
      // An extension may not read its answer, but there is one.
      expect(await checkServer(host)).toEqual({ fault: 'notStarGraph', links: 1 });
      expect(await checkServer(`https://${host}`)).toEqual({ fault: 'untrusted', links: 1 });
    });
    await withServer(JSON.stringify({ ...status, apiVersion: '0.9' }), async (host) => {
      expect(await checkServer(host)).toEqual({ fault: 'serverTooOld', links: 0 });
    });
    await withServer(JSON.stringify({ ...status, minClient: '99.0.0' }), async (host) => {
      expect(await checkServer(host)).toEqual({ fault: 'serverTooNew', links: 0 });
    });
    expect(await readStored(browser, 'account')).toBeUndefined();
  });

  test('signs in by password, and out, which ends the session', async () => {
    await signIn(browser, platform, person);
    expect(await (await browser.worker()).evaluate(listHosts)).toEqual([]);
    const { body: balance } = await platform.api.call('/api/v1/users/balance', { token: person.accessToken });
    const popup = await browser.openOwnPage('/popup.html');
    const available = balance.available.toLocaleString('en');
    await popup.getByTestId('balance').filter({ hasText: available }).waitFor();
    const { accessToken, refreshToken } = await requireTokens();

    const options = await browser.openOwnPage('/options.html');
    await capture(options, 'options', { width: 700, height: 780 });
    await signOut(options);
    await popup.getByRole('button', { name: 'Sign in' }).waitFor();
    await expect.poll(() => readStored(browser, 'tokens')).toBeUndefined();
    await expect.poll(() => readStored(browser, 'account')).toBeUndefined();
    await vi.waitFor(async () => {
      const refused = await platform.api.call('/api/v1/auth/refresh', { body: { refreshToken } });
      expect(refused.status).toBe(401);
    }, 120_000);
    expect((await platform.api.call('/api/v1/users/balance', { token: accessToken })).status).toBe(401);
    // The same person has a separate session elsewhere.
    expect((await platform.api.call('/api/v1/users/balance', { token: person.accessToken })).status).toBe(
      200,
    );
    await popup.close();
    await options.close();
  });

  test('leads to the documentation of the account’s server, where that serves any', async () => {
    const user = { id: crypto.randomUUID(), username: 'reader', role: 'user' };
    const listGuides = async (facts: object): Promise<string[]> =>
      withServer(JSON.stringify({ ...status, ...facts }), async (host) => {
        await writeStored(browser, 'account', { baseUrl: `http://${host}`, user });
        const asked = [];
        for (const address of ['/options.html', '/options.html?welcome']) {
          const page = await browser.openOwnPage(address);
          await page.getByTestId('account').waitFor();
          const links = page.locator('a[href*="/docs/guide/"]');
          if ('guide' in facts) await links.waitFor();
          asked.push(
            ...(await links.evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href))),
          );
          if ('guide' in facts && !address.includes('?'))
            await capture(page, 'options-guide', { width: 700, height: 780 });
          await page.close();
        }
        return asked.map((link) => link.replace(`http://${host}`, ''));
      });
    // Whatever the server calls it, the link leads to the server of the account.
    const page = '/docs/guide/extension.html';
    expect(await listGuides({ guide: 'javascript:alert(1)' })).toEqual([page, page]);
    expect(await listGuides({})).toEqual([]);
    await (await browser.worker()).evaluate(removeAccount);
    await expect.poll(() => readStored(browser, 'account')).toBeUndefined();
  });

  test('makes an account where registration is open, and signs in to it', async () => {
    const options = await browser.openOwnPage('/options.html');
    const username = `new${crypto.randomUUID().slice(0, 8)}`;
    await options.fill('input[name=server]', platform.url);
    await options.fill('input[name=username]', username);
    await options.fill('input[name=password]', person.password);
    await options.getByRole('button', { name: 'Create an account' }).click();
    await options.getByTestId('account').filter({ hasText: username }).waitFor();
    const { accessToken } = await requireTokens();
    const { body } = await platform.api.call('/api/v1/users/profile', { token: accessToken });
    expect(body.username).toBe(username);
    await signOut(options);
    await options.close();
  });

  test('leads from the welcome page to a picture by signing in', async () => {
    const welcome = await browser.openOwnPage('/options.html?welcome');
    const upscale = welcome.getByRole('button', { name: 'Upscale 4×' });
    expect(await upscale.isDisabled()).toBe(true);
    // The reset of the page stands beneath the styles of its parts, in whatever order their sheets come.
    expect(await upscale.evaluate((button) => getComputedStyle(button).paddingLeft)).not.toBe('0px');
    await welcome.fill('input[name=server]', platform.url);
    await welcome.fill('input[name=username]', person.username);
    await welcome.fill('input[name=password]', person.password);
    await welcome.getByRole('button', { name: 'Sign in' }).click();
    await welcome.getByTestId('account').waitFor();
    const width = () =>
      welcome.locator('.sample img').evaluate((picture) => (picture as HTMLImageElement).naturalWidth);
    await expect.poll(width).toBe(120);
    await upscale.click();
    await expect.poll(width).toBe(480);
    await capture(welcome, 'welcome', { width: 700, height: 800 });
    const options = await browser.openOwnPage('/options.html');
    await signOut(options);
    await options.close();
    await welcome.close();
  });

  test('shows the browser’s current shortcut, and leads to where it is changed', async () => {
    const options = await browser.openOwnPage('/options.html');
    const line = options.getByTestId('shortcut');
    await line
      .locator('kbd')
      .filter({ hasText: /^Alt\+Shift\+U$/ })
      .waitFor();
    const opening = browser.context.waitForEvent('page');
    await line.getByRole('button', { name: 'Change the keys' }).click();
    const opened = await opening;
    await expect.poll(() => opened.url()).toBe('chrome://extensions/shortcuts');
    await opened.close();
    await options.close();
  });

  test('connects by a press once the person says yes in the console, and by no code in its address', async () => {
    const options = await browser.openOwnPage('/options.html');
    const { body: own } = await platform.api.call('/api/v1/users/profile', { token: person.accessToken });
    const connect = async () => {
      await options.fill('input[name=server]', `${platform.url}/connect`);
      const opening = browser.context.waitForEvent('page');
      await options.getByRole('button', { name: 'Connect', exact: true }).click();
      const asked = await opening;
      await expect.poll(() => asked.url()).toMatch(/\/connect\?extension=[0-9a-f]{64}$/);
      const challenge = new URL(asked.url()).searchParams.get('extension') ?? '';
      expect(new URL(asked.url()).origin).toBe(new URL(platform.url).origin);
      expect(await options.getByTestId('connect-number').textContent()).toBe(numberOf(challenge));
      await asked.close();
      return challenge;
    };
    await connect();
    await options.getByRole('button', { name: 'Cancel' }).click();
    const challenge = await connect();
    const byAddress = await platform.api.call('/api/v1/auth/link', { body: { code: challenge } });
    expect(byAddress.status).toBe(401);
    const approved = await platform.api.call('/api/v1/users/link-codes/approvals', {
      token: person.accessToken,
      body: { challenge },
    });
    expect(approved.status).toBe(201);
    await expect.poll(() => options.getByTestId('account').textContent()).toContain(person.username);
    const { accessToken } = await requireTokens();
    const { body } = await platform.api.call('/api/v1/users/profile', { token: accessToken });
    expect(body.id).toBe(own.id);
    await signOut(options);
    await options.close();
  });

  test('signs in by a one-time code, and refuses it once it is used', async () => {
    const { body } = await platform.api.call('/api/v1/users/link-codes', {
      token: person.accessToken,
      body: '',
    });
    const options = await browser.openOwnPage('/options.html');
    const useCode = async () => {
      await options.fill('input[name=server]', platform.url);
      await options.getByText('One-time code').click();
      await options.fill('input[name=code]', body.code);
      await options.getByRole('button', { name: 'Sign in' }).click();
    };
    await useCode();
    await options.getByTestId('account').filter({ hasText: person.username }).waitFor();
    await signOut(options);
    await useCode();
    await options.getByText('The username, password or code is wrong or has expired.').waitFor();
    expect(await readStored(browser, 'tokens')).toBeUndefined();
    await options.close();
  });

  test('refreshes an old token silently, once for all simultaneous callers', async () => {
    await signIn(browser, platform, person);
    const before = await requireTokens();
    await writeStored(browser, 'tokens', { ...before, expiresAtMs: 0 });
    const pages = [await browser.openOwnPage('/popup.html'), await browser.openOwnPage('/sidepanel.html')];
    for (const page of pages) await page.getByTestId('balance').filter({ hasText: /\d/ }).waitFor();
    const after = await requireTokens();
    expect(after.refreshToken).not.toBe(before.refreshToken);
    // A second use would have ended the session.
    const { status: code } = await platform.api.call('/api/v1/users/balance', { token: after.accessToken });
    expect(code).toBe(200);
    for (const page of pages) await page.close();
  });

  test('signs out here though the server is gone, and says so', async () => {
    const options = await browser.openOwnPage('/options.html');
    await platform.api.stop();
    await signOut(options);
    await options.getByText('the server did not answer').waitFor();
    await expect.poll(() => readStored(browser, 'tokens')).toBeUndefined();
    await options.close();
  });
});

const listHosts = async (): Promise<string[]> => {
  const { chrome } = globalThis as unknown as { chrome: typeof import('wxt/browser').browser };
  return (await chrome.permissions.getAll()).origins ?? [];
};

const removeAccount = async (): Promise<void> => {
  const { chrome } = globalThis as unknown as { chrome: typeof import('wxt/browser').browser };
  await chrome.storage.local.remove('account');
};
