import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import type { BrowserName } from './extensionFolder.ts';

const buildTimeoutMs = 120_000;
const browsers: BrowserName[] = ['chrome', 'firefox'];

declare module 'vitest' {
  interface ProvidedContext {
    /** Holds what is shipped, in a folder for each browser. */
    extensionBuilds: string;
  }
}

/** Before the first test in a browser: builds what is shipped, for all test files. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), 'star-graph-build-'));
  await Promise.all(
    browsers.map((browser) =>
      promisify(execFile)(process.execPath, [join(import.meta.dirname, 'buildMain.ts'), browser, outDir], {
        timeout: buildTimeoutMs,
        env: { ...process.env, NODE_ENV: 'production' },
      }),
    ),
  );
  provide('extensionBuilds', outDir);
  return () => rm(outDir, { recursive: true, force: true });
}
