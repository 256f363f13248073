import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../work/dispatch/main.ts');
/** Machines that run tests are busy. */
const startTimeoutMs = 100_000;

/** A dispatcher as a process of its own, to be killed, paused and stopped from outside. */
interface DispatcherProcess extends AsyncDisposable {
  dispatcherId: string;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  /** Exit code; null after a signal. */
  ended: Promise<number | null>;
  /** Its log so far. */
  log(): string;
}

export async function startDispatcherProcess(
  environment: Readonly<Record<string, string>>,
): Promise<DispatcherProcess> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...environment };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    log += `${line}\n`;
    const said = JSON.parse(line) as { ready?: boolean; dispatcherId?: string };
    if (said.ready && said.dispatcherId) resolve(said.dispatcherId);
  });
  void ended.then((code) =>
    reject(new Error(`the dispatcher ended with ${code} before it was ready:\n${log}`)),
  );
  const dispatcherId = await promise.finally(() => clearTimeout(timer));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return {
    dispatcherId,
    signal: (name) => void child.kill(name),
    ended,
    log: () => log,
    async [Symbol.asyncDispose]() {
      if (!isOver()) child.kill('SIGKILL');
      await ended;
    },
  };
}
