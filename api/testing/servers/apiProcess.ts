import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../main.ts');
/** Machines that run tests are busy. */
const startTimeoutMs = 100_000;

/** The API as a process of its own, with its own log. */
export interface ApiProcess extends AsyncDisposable {
  url: string;
  /** Its lines so far. */
  log(): readonly string[];
  /** As a supervisor stops it. @returns its exit code */
  stop(): Promise<number | null>;
}

export async function startApiProcess(environment: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...environment };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const said: string[] = [];
  let faults = '';
  child.stderr.on('data', (chunk: Buffer) => {
    faults += chunk.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    const { listening } = JSON.parse(line) as { listening?: string };
    if (listening !== undefined) resolve(listening);
  });
  void ended.then((code) =>
    reject(new Error(`the API ended with ${code} before it was ready:\n${said.join('\n')}\n${faults}`)),
  );
  const url = await promise.finally(() => clearTimeout(timer));
  return {
    url,
    log: () => said,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
