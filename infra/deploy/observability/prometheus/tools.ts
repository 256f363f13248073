import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { folder } from './readRules.ts';

const limitMs = 240_000;

/** Not available everywhere. */
export const hasPromtool = spawnSync('promtool', ['--version'], { timeout: limitMs }).status === 0;

/** Beside the configuration. Rejects with what it printed when it finds a fault. */
const run = (tool: string, args: string[]) =>
  promisify(execFile)(tool, args, { cwd: folder, timeout: limitMs });

/** @returns all that it printed. */
export async function runPromtool(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run('promtool', args);
  return stdout + stderr;
}

/** @returns what it printed, without its warnings. */
export const runAmtool = async (...args: string[]): Promise<string> => (await run('amtool', args)).stdout;
