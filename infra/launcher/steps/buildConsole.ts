import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const buildTimeoutMs = 180_000;

/**
 * Builds the console's page where its sources have changed, in a process of its own, whose memory ends with it. Before
 * the API starts, which reads the page once.
 * @returns what came of it: the platform runs without a page all the same
 */
export async function buildConsole(
  { root, dataDir }: { root: string; dataDir: string },
  stopped: AbortSignal,
): Promise<string> {
  const main = join(root, 'api/console/build/main.ts');
  try {
    const options = { cwd: root, timeout: buildTimeoutMs, signal: stopped };
    const { stdout } = await promisify(execFile)(process.execPath, [main], options);
    return stdout.includes('already') ? 'as built before' : 'built';
  } catch (error) {
    if (stopped.aborted) throw error;
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    const logFile = join(dataDir, 'logs', 'console.log');
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    writeFileSync(logFile, `${stdout}${stderr}${message}\n`);
    return `not built; ${logFile} says why, and everything else runs`;
  }
}
