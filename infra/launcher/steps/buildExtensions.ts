import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const buildTimeoutMs = 180_000;
const browsers = ['chrome', 'firefox'] as const;
type Browser = (typeof browsers)[number];

const sources = ['extension/**/*', 'api/{ui,client,contract}/**/*', 'workflows/**/*', 'pnpm-lock.yaml'];
const unread = ['**/node_modules/**', '**/.output/**', '**/.wxt/**', '**/testing/**', '**/*.test.*'];
/** In the folder of a build: from what it was built. */
const recordName = 'built-from.txt';

type BuildExtension = (browser: Browser, cwd: string, stopped: AbortSignal) => Promise<unknown>;

/**
 * Builds the browser extension for both browsers where its sources have changed since.
 * @returns how to load it, or why there is none: the platform runs without it all the same
 */
export async function buildExtensions(
  root: string,
  stopped: AbortSignal,
  build: BuildExtension = buildByWxt,
): Promise<string> {
  const cwd = join(root, 'extension');
  const folderOf = (browser: Browser) => join(cwd, '.output', `${browser}-mv3`);
  try {
    const wanted = await hashSources(root);
    for (const browser of browsers) {
      const record = join(folderOf(browser), recordName);
      if ((await readFile(record, 'utf8').catch(() => undefined)) === wanted) continue;
      await build(browser, cwd, stopped);
      await writeFile(record, wanted);
    }
  } catch (error) {
    if (stopped.aborted) return '';
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `The browser extension was not built (${reason}). Try: cd extension && npx wxt build`;
  }
  return describeLoading((browser) => relative(root, folderOf(browser)));
}

const buildByWxt: BuildExtension = (browser, cwd, stopped) =>
  promisify(execFile)(join(cwd, 'node_modules', '.bin', 'wxt'), ['build', '-b', browser], {
    cwd,
    timeout: buildTimeoutMs,
    signal: stopped,
  });

async function hashSources(root: string): Promise<string> {
  const paths = sources
    .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: unread }))
    .filter((path) => statSync(join(root, path)).isFile())
    .sort();
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(await readFile(join(root, path)));
  return hash.digest('hex');
}

const describeLoading = (
  directoryOf: (browser: Browser) => string,
): string => `The browser extension is built. To load it:

  Chromium  chrome://extensions, Developer mode, "Load unpacked", folder ${directoryOf('chrome')}
  Firefox   about:debugging#/runtime/this-firefox, "Load Temporary Add-on…", ${directoryOf('firefox')}/manifest.json

Then open its options and sign in to this server. Right-click a picture on any page.
`;
