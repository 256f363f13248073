import { allowAllSites, buildExtension } from './buildExtension.ts';
import { type ExtensionBrowser, signIn, startChromium } from './chromium.ts';
import { type PageServer, startPageServer } from './pageServer.ts';
import { type Person, type RunningPlatform, startPlatform } from './platform.ts';

/** A person signed in, in a browser that may read all sites, with pages to visit and a platform behind. */
export interface ExtensionSetup extends AsyncDisposable {
  platform: RunningPlatform;
  pages: PageServer;
  browser: ExtensionBrowser;
  person: Person;
}

export async function createExtensionSetup(options: { display?: string } = {}): Promise<ExtensionSetup> {
  const parts = new AsyncDisposableStack();
  try {
    const built = parts.use(await buildExtension('chrome'));
    await allowAllSites(built);
    const platform = parts.use(await startPlatform());
    const pages = parts.use(await startPageServer());
    const browser = parts.use(await startChromium({ directory: built.directory, ...options }));
    const person = await platform.signUp();
    await signIn(browser, platform, person);
    return { platform, pages, browser, person, [Symbol.asyncDispose]: () => parts.disposeAsync() };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}
