import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** This package: examples import what it depends on. */
const packageDir = fileURLToPath(new URL('..', import.meta.url));

/** The example of a guide in this folder that contains `part`, as it is printed. */
export async function findExample(guide: string, language: string, part: string): Promise<string> {
  const text = await readFile(new URL(guide, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code]) => code ?? '',
  );
  const example = blocks.find((code) => code.includes(part));
  if (example === undefined) throw new Error(`${guide} has no ${language} example with ${part}`);
  return example;
}

interface RunningExample extends AsyncDisposable {
  /** Everything it printed so far. */
  text(): string;
  /** Its exit code, once all that it printed has come; null after a signal. */
  ended: Promise<number | null>;
}

/** Runs a command of an example until it ends or is disposed of. */
export function runExample(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd = packageDir,
): RunningExample {
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH ?? '', ...env } });
  const output: string[] = [];
  child.stdout.on('data', (data) => output.push(String(data)));
  child.stderr.on('data', (data) => output.push(String(data)));
  // What a process has printed may come after its exit.
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    text: () => output.join(''),
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // A process that it has started may keep the output open.
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A JavaScript example. */
export const runScript = (code: string, env: Record<string, string>): RunningExample =>
  runExample(process.execPath, ['--input-type=module', '--eval', code], env);

/** An example for the shell. */
export const runShell = (code: string, env: Record<string, string>, cwd?: string): RunningExample =>
  runExample('sh', ['-c', code], env, cwd);
