import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of the test's own, gone after it. */
export function createTestDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'star-graph-dev-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A real process that runs until it is told to stop, and is killed when the test forgets it. */
export async function spawnNode(code: string): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', `${code}; process.stdout.write('up')`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await once(child.stdout, 'data');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  if (child.pid === undefined) throw new Error('the process did not start');
  return Object.assign(child, { pid: child.pid });
}

/** Code for `spawnNode`: runs for ever and ends on SIGTERM. */
export const idleForever = 'setInterval(() => {}, 1e9)';
/** Code for `spawnNode`: hears SIGTERM and stays. */
export const ignoresTerm = `process.on('SIGTERM', () => {}); ${idleForever}`;

/** Resolves with the signal that ended the process, or null when it ended by itself. */
export async function ended(child: ChildProcess): Promise<NodeJS.Signals | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.signalCode;
  const [, signal] = await once(child, 'exit');
  return signal;
}
