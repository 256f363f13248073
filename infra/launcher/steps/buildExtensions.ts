import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const buildTimeoutMs = 180_000;
const browsers = ['chrome', 'firefox'] as const;

/**
 * Builds the browser extension for both browsers, as it is in this checkout.
 * @returns how to load it, or why there is none: the platform runs without it all the same
 */
export async function buildExtensions(root: string, stopped: AbortSignal): Promise<string> {
  const cwd = join(root, 'extension');
  try {
    for (const browser of browsers) {
      await promisify(execFile)(join(cwd, 'node_modules', '.bin', 'wxt'), ['build', '-b', browser], {
        cwd,
        timeout: buildTimeoutMs,
        signal: stopped,
      });
    }
  } catch (error) {
    if (stopped.aborted) return '';
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `The browser extension was not built (${reason}). Try: cd extension && npx wxt build`;
  }
  return describeLoading((browser) => relative(root, join(cwd, '.output', `${browser}-mv3`)));
}

const describeLoading = (
  directoryOf: (browser: (typeof browsers)[number]) => string,
): string => `The browser extension is built. To load it:

  Chromium  chrome://extensions, Developer mode, "Load unpacked", folder ${directoryOf('chrome')}
  Firefox   about:debugging#/runtime/this-firefox, "Load Temporary Add-on…", ${directoryOf('firefox')}/manifest.json

Then open its options and sign in to this server. Right-click a picture on any page.
`;
