import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page, type Worker } from 'playwright-core';

import { chromiumPath } from './programs.ts';

export interface ChromiumOptions {
  directory: string;
  /** Of a running X server; without one the browser has no head. */
  display?: string;
  locale?: string;
}

/** Debian's Chromium with the extension in it. */
export interface ExtensionBrowser extends AsyncDisposable {
  context: BrowserContext;
  extensionId: string;
  /** The background as it lives now: after it was stopped another one. */
  worker(): Promise<Worker>;
  openOwnPage(path: string): Promise<Page>;
}

export async function startChromium(options: ChromiumOptions): Promise<ExtensionBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'star-graph-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: options.display === undefined,
    ...(options.display ? { env: { ...process.env, DISPLAY: options.display } } : {}),
    ...(options.display ? { viewport: null } : { viewport: { width: 1000, height: 760 } }),
    ignoreDefaultArgs: ['--disable-extensions', '--enable-automation'],
    args: [
      '--no-sandbox',
      '--disable-features=DisableLoadExtensionCommandLineSwitch',
      `--disable-extensions-except=${options.directory}`,
      `--load-extension=${options.directory}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--lang=${options.locale ?? 'en'}`,
    ],
  });
  context.setDefaultTimeout(20_000);
  const worker = async () => context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const extensionId = new URL((await worker()).url()).host;
  return {
    context,
    extensionId,
    worker,
    async openOwnPage(path) {
      const page = await context.newPage();
      await page.goto(`chrome-extension://${extensionId}${path}`);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Signs in as a person does: address, name, password, button. */
export async function signIn(
  browser: ExtensionBrowser,
  server: { url: string },
  person: { username: string; password: string },
): Promise<void> {
  const options = await browser.openOwnPage('/options.html');
  await options.fill('input[name=server]', server.url);
  await options.fill('input[name=username]', person.username);
  await options.fill('input[name=password]', person.password);
  await options.click('button[type=submit]');
  await options.getByTestId('account').waitFor();
  await options.close();
}

/** What the browser tells the background after a click in the menu, without the gesture that a real one is. */
export async function clickMenu(
  browser: ExtensionBrowser,
  click: { page: Page; menuItemId: string; srcUrl?: string; frameId?: number },
): Promise<void> {
  const worker = await browser.worker();
  await worker.evaluate(
    async ({ pageUrl, menuItemId, srcUrl, frameId }) => {
      const { tabs, contextMenus } = (
        globalThis as unknown as { chrome: typeof import('wxt/browser').browser }
      ).chrome;
      const [tab] = (await tabs.query({})).filter((one) => one.url === pageUrl);
      const info = { menuItemId, srcUrl, frameId: frameId ?? 0, pageUrl, editable: false };
      (contextMenus.onClicked as unknown as { dispatch(...args: unknown[]): void }).dispatch(info, tab);
    },
    {
      pageUrl: click.page.url(),
      menuItemId: click.menuItemId,
      srcUrl: click.srcUrl,
      frameId: click.frameId,
    },
  );
}

/** Gets ready to end the background in mid-work, as the browser does. @returns does it, at once */
export async function prepareStop(browser: ExtensionBrowser): Promise<() => Promise<void>> {
  const page = await browser.openOwnPage('/compose.html');
  const session = await browser.context.newCDPSession(page);
  await session.send('ServiceWorker.enable');
  return async () => {
    await session.send('ServiceWorker.stopAllWorkers');
    await page.close();
  };
}
