import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

export type BrowserName = 'chrome' | 'firefox';

export interface ExtensionFolder extends AsyncDisposable {
  directory: string;
}

/** What is shipped, in a folder of its own: a browser writes beside it, and a test may change it. */
export async function copyExtension(browser: BrowserName): Promise<ExtensionFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-extension-'));
  await cp(join(inject('extensionBuilds'), `${browser}-mv3`), directory, { recursive: true });
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/**
 * The built extension as it is after its person allowed all sites: the browser's own question is no part of a page and
 * cannot be answered by a headless test, so that the manifest has the hosts from the start. Nothing else differs.
 */
export async function allowAllSites({ directory }: ExtensionFolder): Promise<void> {
  const file = join(directory, 'manifest.json');
  const { optional_host_permissions: hosts, ...manifest } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, host_permissions: hosts }));
}
