import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Person,
  type PlatformOptions,
  type RunningPlatform,
  startPlatform,
} from '@star-graph/api/testing/servers/runningPlatform';
import { createTcpProxy, type TcpProxy } from '@star-graph/core/testing/services/tcpProxy';
import { type ExtensionBrowser, removeProfile, signIn, startChromium } from './browsers/chromium.ts';
import { allowAllSites, copyExtension } from './browsers/extensionFolder.ts';
import { type PageServer, startPageServer } from './pages/pageServer.ts';

/** A signed-in person, in a browser that may read all sites, with pages to visit and a platform. */
export interface ExtensionSetup extends AsyncDisposable {
  platform: RunningPlatform;
  pages: PageServer;
  /** After a restart another one. */
  readonly browser: ExtensionBrowser;
  person: Person;
  /** The connection from the browser to the API; results have another connection. */
  line: TcpProxy;
  /** Ends the browser and starts it again with the same profile. */
  restartBrowser(): Promise<void>;
}

/** What tests read of a listed task. */
export interface ListedTask {
  id: string;
  status: string;
  params: Record<string, unknown>;
  meta: { parentId?: string; sourceUrl?: string };
  parentId?: string;
  cost: number;
  outputs: { id: string }[];
}

export async function createExtensionSetup(
  options: Pick<PlatformOptions, 'isDrawing' | 'clock'> & { display?: string } = {},
): Promise<ExtensionSetup> {
  const parts = new AsyncDisposableStack();
  try {
    const built = parts.use(await copyExtension('chrome'));
    await allowAllSites(built);
    const platform = parts.use(await startPlatform(options));
    const line = parts.use(await createTcpProxy(platform.url));
    const pages = parts.use(await startPageServer());
    const profile = await mkdtemp(join(tmpdir(), 'star-graph-chromium-'));
    parts.defer(() => removeProfile(profile));
    const start = () => startChromium({ directory: built.directory, profile, display: options.display });
    let browser = await start();
    parts.defer(() => browser[Symbol.asyncDispose]());
    const person = await platform.signUp();
    await signIn(browser, { url: line.url }, person);
    return {
      platform,
      pages,
      get browser() {
        return browser;
      },
      person,
      line,
      async restartBrowser() {
        await browser[Symbol.asyncDispose]();
        browser = await start();
      },
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}
