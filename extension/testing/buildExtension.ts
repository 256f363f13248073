import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const buildTimeoutMs = 60_000;

export type BrowserName = 'chrome' | 'firefox';

/** Builds what is shipped. @returns its folder */
export async function buildExtension(browser: BrowserName): Promise<string> {
  await promisify(execFile)(join(root, 'node_modules', '.bin', 'wxt'), ['build', '-b', browser], {
    cwd: root,
    timeout: buildTimeoutMs,
  });
  return join(root, '.output', `${browser}-mv3`);
}

export interface ExtensionCopy extends AsyncDisposable {
  directory: string;
}

/**
 * The built extension as it is after its person allowed all sites: the browser's own question is no part of a page and
 * cannot be answered by a headless test, so that the copy's manifest has the hosts from the start. Nothing else differs.
 */
export async function allowAllSites(built: string): Promise<ExtensionCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-extension-'));
  await cp(built, directory, { recursive: true });
  const file = join(directory, 'manifest.json');
  const { optional_host_permissions: hosts, ...manifest } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, host_permissions: hosts }));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}
