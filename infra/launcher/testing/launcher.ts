import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { envSchema } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { onTestFinished } from 'vitest';
import { createProcessRegistry, reapLeftovers } from '../processes/processRegistry.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Launcher {
  child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Resolves when the text was printed; rejects with the output when the launcher ends first. */
  printed(text: string): Promise<void>;
  /** The exit code, once it has ended. */
  exited: Promise<number | null>;
}

/** Nothing of the developer's own environment or `.env` may reach a platform under test. */
export function createCleanEnvironment(given: Record<string, string>): Record<string, string> {
  const unset = Object.fromEntries(Object.keys(envSchema.shape).map((name) => [name, '']));
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  return { ...unset, PATH, HOME, NODE_COMPILE_CACHE, ...given };
}

/** `npm start` as a process, on data of the test's own. Processes that it leaves are stopped after the test. */
export function spawnLauncher(dataDir: string, given: Record<string, string> = {}): Launcher {
  const env = createCleanEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...given });
  // The channel ends with us: a launcher whose test run was killed stops by itself.
  const child = spawn(process.execPath, ['infra/cli/start.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (!child.stdout || !child.stderr) throw new Error('the launcher has no output');
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of waiting) look();
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
    if (!existsSync(join(dataDir, 'run'))) return;
    await reapLeftovers(
      { clock: systemClock, registry: createProcessRegistry(join(dataDir, 'run')) },
      10_000,
    );
  });
  return {
    child,
    output: () => output,
    exited,
    printed(text) {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!output.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        exited.then(() => reject(new Error(`the launcher ended without "${text}":\n${output}`)));
      });
    },
  };
}

/** The last line of the announcement. */
export const announced = 'Ctrl-C stops it';

/** Runs `npm run try` to its end. */
export async function runTry(
  dataDir: string,
  dir: string,
  args: string[],
  given: Record<string, string> = {},
) {
  const env = createCleanEnvironment({ DATA_DIR: dataDir, INIT_CWD: dir, ...given });
  const child = spawn(process.execPath, ['infra/cli/try.ts', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code: code as number | null, ...texts };
}
