import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import {
  type Person,
  type PlatformOptions,
  type RunningPlatform,
  startPlatform,
} from '@star-graph/api/testing/servers/runningPlatform';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { recordPages } from './describePages.ts';

/** Where Debian's package puts it; the test runner installs what is missing. */
const chromiumPath = '/usr/bin/chromium';

/** The console as people have it: the real platform behind a real browser. */
export interface ConsoleSetup extends AsyncDisposable {
  platform: RunningPlatform;
  browser: Browser;
  /** A window of its own, without anybody signed in, and without a service worker unless the options allow it. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same, with a new person signed in by the form. */
  openSignedIn(path?: string, options?: BrowserContextOptions): Promise<{ page: Page; person: Person }>;
}

/** As playwright's list of devices has it, without a browser of its own. */
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

export async function startConsole(options: PlatformOptions = {}): Promise<ConsoleSetup> {
  const parts = new AsyncDisposableStack();
  try {
    const platform = parts.use(await startPlatform(options));
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
    parts.defer(() => browser.close());
    const open = async (path = '/', context: BrowserContextOptions = {}) => {
      const window = await browser.newContext({ locale: 'en', serviceWorkers: 'block', ...context });
      window.setDefaultTimeout(120_000);
      recordPages(window);
      const page = await window.newPage();
      await page.goto(platform.url + path);
      return page;
    };
    return {
      platform,
      browser,
      open,
      async openSignedIn(path, context) {
        const person = await platform.signUp();
        const page = await open(path, context);
        await signIn(page, person);
        return { page, person };
      },
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

/** The administrator's page at a room of the desk. */
export async function openDesk(
  { open }: ConsoleSetup,
  room: string,
  options?: BrowserContextOptions,
): Promise<Page> {
  const page = await open(`/admin/${room}`, options);
  await signIn(page, { username: 'admin', password: adminPassword });
  return page;
}

/** By the form, in the browser's language. */
export async function signIn(
  page: Page,
  { username, password }: Pick<Person, 'username' | 'password'>,
): Promise<void> {
  await page.locator('input[autocomplete^=username]').fill(username);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  const refused = page.locator('.sign-in-error');
  await page.locator('nav.rail').or(refused).first().waitFor();
  if (await refused.isVisible()) throw new Error(`the sign-in says: ${await refused.textContent()}`);
}
