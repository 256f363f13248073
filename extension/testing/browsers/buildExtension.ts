import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const buildTimeoutMs = 120_000;

export type BrowserName = 'chrome' | 'firefox';

export interface ExtensionFolder extends AsyncDisposable {
  directory: string;
}

/** Builds what is shipped, into a folder of its own: test files that run side by side build side by side. */
export async function buildExtension(browser: BrowserName): Promise<ExtensionFolder> {
  const outDir = await mkdtemp(join(tmpdir(), 'star-graph-build-'));
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'buildMain.ts'), browser, outDir], {
    timeout: buildTimeoutMs,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return {
    directory: join(outDir, `${browser}-mv3`),
    [Symbol.asyncDispose]: () => rm(outDir, { recursive: true, force: true }),
  };
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
