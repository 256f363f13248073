import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { folder } from './readRules.ts';

const limitMs = 240_000;

/** Not available everywhere. */
export const hasPromtool = spawnSync('promtool', ['--version'], { timeout: limitMs }).status === 0;

/** Runs promtool beside the configuration. @returns what it printed; rejects with that when it finds a fault. */
export async function runPromtool(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('promtool', args, { cwd: folder, timeout: limitMs });
  return stdout + stderr;
}
