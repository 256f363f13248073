import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page, type Worker } from 'playwright-core';
import { vi } from 'vitest';
import { chromiumPath } from './programs.ts';

interface ChromiumOptions {
  directory: string;
  /** Of a running X server; without one the browser has no head. */
  display?: string;
  locale?: string;
  /** Directory that outlives this browser; without it everything is forgotten at its end. */
  profile?: string;
  /** False of builds that open no page after their installation. */
  hasWelcome?: boolean;
}

/** Debian's Chromium with the extension in it. */
export interface ExtensionBrowser extends AsyncDisposable {
  context: BrowserContext;
  extensionId: string;
  /** The present background worker: after a stop it is another one. */
  worker(): Promise<Worker>;
  openOwnPage(path: string): Promise<Page>;
}

export async function startChromium(options: ChromiumOptions): Promise<ExtensionBrowser> {
  const hasBeenUsed = options.profile !== undefined && existsSync(join(options.profile, 'Default'));
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'star-graph-chromium-')));
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
  context.setDefaultTimeout(120_000);
  const worker = async () => context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const extensionId = new URL((await worker()).url()).host;
  if (!hasBeenUsed && options.hasWelcome !== false) await closeWelcome(context);
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
      if (options.profile === undefined) await removeProfile(profile);
    },
  };
}

/** Processes of a browser that has ended may still write there for a moment. */
export const removeProfile = (profile: string): Promise<void> =>
  rm(profile, { recursive: true, force: true, maxRetries: 10 });

/** It opens by itself after an installation and would be in the way. A new tab may not be at its address yet. */
async function closeWelcome(context: BrowserContext): Promise<void> {
  const page = await vi.waitFor(
    () => {
      const welcome = context.pages().find((one) => one.url().endsWith('/options.html?welcome'));
      if (!welcome) throw new Error('the welcome page has not opened');
      return welcome;
    },
    { timeout: 120_000, interval: 50 },
  );
  await page.close();
}

/** What a worker of the extension has. */
export interface WithChrome {
  chrome: typeof import('wxt/browser').browser;
}
interface Dispatching {
  dispatch(...args: unknown[]): void;
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

/** The browser's message to the background after a menu click, without the user gesture of a real one. */
export async function clickMenu(
  browser: ExtensionBrowser,
  click: {
    page: Page;
    menuItemId: string;
    srcUrl?: string;
    frameUrl?: string;
    mediaType?: 'video' | 'audio';
  },
): Promise<void> {
  const worker = await browser.worker();
  await worker.evaluate(
    async ({ pageUrl, menuItemId, srcUrl, frameUrl, mediaType }) => {
      const { tabs, contextMenus, scripting } = (globalThis as unknown as WithChrome).chrome;
      const [tab] = (await tabs.query({})).filter((one) => one.url === pageUrl);
      let frameId = 0;
      if (frameUrl) {
        const func = () => location.href;
        const target = { tabId: tab?.id ?? 0, allFrames: true };
        const frames = await scripting.executeScript({ target, func });
        frameId = frames.find((frame) => frame.result === frameUrl)?.frameId ?? -1;
      }
      const info = { menuItemId, srcUrl, frameId, frameUrl, pageUrl, mediaType, editable: false };
      (contextMenus.onClicked as unknown as Dispatching).dispatch(info, tab);
    },
    {
      pageUrl: click.page.url(),
      menuItemId: click.menuItemId,
      srcUrl: click.srcUrl,
      frameUrl: click.frameUrl,
      mediaType: click.mediaType,
    },
  );
}

/** The keyboard shortcut, as the browser tells the background of it. */
export async function pressShortcut(browser: ExtensionBrowser, page: Page): Promise<void> {
  const worker = await browser.worker();
  await worker.evaluate(async (pageUrl) => {
    const { tabs, commands } = (globalThis as unknown as WithChrome).chrome;
    const [tab] = (await tabs.query({})).filter((one) => one.url === pageUrl);
    (commands.onCommand as unknown as Dispatching).dispatch('upscale-under-pointer', tab);
  }, page.url());
}

/** Prepares to stop the background during its work, as the browser does. @returns does it, at once */
export async function prepareStop(browser: ExtensionBrowser): Promise<() => Promise<void>> {
  const page = await browser.openOwnPage('/compose.html');
  const session = await browser.context.newCDPSession(page);
  await session.send('ServiceWorker.enable');
  return async () => {
    await session.send('ServiceWorker.stopAllWorkers');
    await page.close();
  };
}
