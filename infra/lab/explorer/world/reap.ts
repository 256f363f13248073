import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProcess } from '../../../launcher/processes/processIdentity.ts';

const prefix = 'star-graph-explorer-';
const ownerFile = 'explorer.json';

export const dirPrefix = (parent: string): string => join(parent, prefix);

/** Says which process the servers in the folder belong to. */
export function claimDir(dir: string): void {
  writeFileSync(join(dir, ownerFile), JSON.stringify(findProcess(process.pid)));
}

/** What explorers left that were killed outright: their servers end, and their folders go. */
export function reapDead(parent: string): void {
  for (const name of readdirSync(parent)) {
    const dir = join(parent, name);
    if (!name.startsWith(prefix) || isOwned(dir)) continue;
    for (const pid of listProcessesIn(dir)) process.kill(pid, 'SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}

function isOwned(dir: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(join(dir, ownerFile), 'utf8')) as { pid: number };
    return JSON.stringify(findProcess(owner.pid)) === JSON.stringify(owner);
  } catch (error) {
    // One that was just made may not say yet whose it is.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}

/**
 * Those that were started with a file of the folder, or work in it: Redis names its address instead of its arguments. The
 * folder's name is drawn at random, so nobody else has it.
 */
function listProcessesIn(dir: string): number[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const started = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return `${started} ${readlinkSync(`/proc/${name}/cwd`)}/`.includes(`${dir}/`) ? [pid] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}
