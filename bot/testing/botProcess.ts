import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../main.ts');
const startTimeoutMs = 90_000;

/** The bot as a process of its own, to be killed and stopped from outside. */
interface BotProcess extends AsyncDisposable {
  pid: number;
  /** Of its status server. */
  url: string;
  /** Its lines so far. */
  log(): readonly string[];
  signal(name: 'SIGKILL' | 'SIGTERM'): void;
  /** Exit code; null after a signal. */
  ended: Promise<number | null>;
}

export async function startBotProcess(environment: Readonly<Record<string, string>>): Promise<BotProcess> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, BOT_PORT: '0', ...environment };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const lines: string[] = [];
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    said += `${line}\n`;
    lines.push(line);
    const { ready, listening } = JSON.parse(line) as { ready?: boolean; listening?: string };
    if (ready && listening) resolve(listening);
  });
  void ended.then((code) => reject(new Error(`the bot ended with ${code} before it was ready:\n${said}`)));
  const url = await promise.finally(() => clearTimeout(timer));
  return {
    pid: child.pid as number,
    url,
    log: () => lines,
    signal: (name) => void child.kill(name),
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
