import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A program of this folder that answers in lines of JSON. */
export interface ChildLines {
  /** The next line it prints. Rejects when it ends instead. */
  read(): Promise<Record<string, unknown>>;
  write(line: string): void;
  stop(): Promise<void>;
}

export function startChild(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): ChildLines {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const kill = () => child.kill('SIGTERM');
  // A benchmark that is interrupted never calls `stop`.
  process.once('exit', kill);
  const ended = once(child, 'exit').finally(() => process.off('exit', kill));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async read() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} ended without an answer`);
      return JSON.parse(value) as Record<string, unknown>;
    },
    write: (line) => void child.stdin.write(`${line}\n`),
    async stop() {
      kill();
      await ended;
    },
  };
}
