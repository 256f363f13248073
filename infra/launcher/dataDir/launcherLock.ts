import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchFailure } from '../failure.ts';
import { findProcess, isSameProcess, type ProcessIdentity } from '../processes/processIdentity.ts';

export interface LauncherLock {
  release(): void;
}

/**
 * One launcher per data directory. The file names the process that holds it; one left by a crash is taken over.
 * @throws LaunchFailure when another launcher holds it.
 */
export function takeLauncherLock(dataDir: string): LauncherLock {
  const file = join(dataDir, 'launcher.lock');
  const own = findProcess(process.pid);
  if (!own) throw new Error('this process has no start time');
  const candidate = `${file}.${process.pid}`;
  writeFileSync(candidate, JSON.stringify(own), { mode: 0o600 });
  try {
    // A link is made or refused in one step, with its content complete: no reader ever sees half a lock.
    while (!tryLink(candidate, file)) removeStaleLock(file);
  } finally {
    rmSync(candidate, { force: true });
  }
  return {
    release() {
      const holder = readLock(file);
      if (holder?.pid === own.pid && holder.startedAt === own.startedAt) rmSync(file, { force: true });
    },
  };
}

function removeStaleLock(file: string): void {
  const holder = readLock(file);
  if (holder && isSameProcess(holder)) throw alreadyRunning(file, holder);
  // Moved aside before it is deleted, and looked at again: another starter may have replaced it since.
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readLock(aside);
  if (moved && isSameProcess(moved)) {
    tryLink(aside, file);
    rmSync(aside, { force: true });
    throw alreadyRunning(file, moved);
  }
  rmSync(aside, { force: true });
}

function alreadyRunning(file: string, holder: ProcessIdentity): LaunchFailure {
  return new LaunchFailure(
    `Star-Graph already runs on this data directory (process ${holder.pid}, ${file}). Stop it with Ctrl-C in its terminal or "kill ${holder.pid}", or set DATA_DIR to another directory.`,
  );
}

function tryLink(existing: string, file: string): boolean {
  try {
    linkSync(existing, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined without a lock, or if it names no process: no process can hold such a lock. */
function readLock(file: string): ProcessIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { pid, startedAt }: Partial<ProcessIdentity> = JSON.parse(text);
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}
