import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { hasErrorCode } from './storageProblems.ts';

/** A writer that has not finished within this time is dead. */
const staleMs = 24 * 3_600_000;

/** What writers that were killed left in a folder for unfinished files, which living ones may use. It may be missing. */
export async function removeStaleFiles(deps: { clock: Pick<Clock, 'now'> }, folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(emptyIfAbsent)) {
    const path = join(folder, name);
    const found = await stat(path).catch(emptyIfAbsent);
    if (!('mtimeMs' in found) || deps.clock.now().getTime() - found.mtimeMs <= staleMs) continue;
    await rm(path, { force: true });
  }
}

function emptyIfAbsent(error: unknown): never[] {
  if (hasErrorCode(error, 'ENOENT')) return [];
  throw error;
}
