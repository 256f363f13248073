import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const build = join(import.meta.dirname, '../build/main.ts');

/**
 * Before the first test in a browser: builds the console that is shipped, if it is not built already. In a process of its
 * own, since Vite builds another page, larger by 6 kB, where the environment is that of tests.
 */
export async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [build], { env: {}, maxBuffer: 16 * 1024 * 1024 });
}
