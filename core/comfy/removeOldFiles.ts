import type { Stats } from 'node:fs';
import { lstat, opendir, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/*
 * ComfyUI keeps inputs and outputs in two folders and has no call that deletes a file. Old files of ours, with a name
 * that only Star-Graph gives, are removed where a machine sees these folders.
 */

const filesAtOnce = 200;

export interface OldFile {
  path: string;
  name: string;
}

export interface SweptFolder {
  dir: string;
  subfolder?: string;
  isOurs(name: string): boolean;
  beforeMs: number;
  /** Whether a file may be judged by its age at all. */
  isAged?(stat: Stats): boolean;
  /** Files that may not be removed: by path, or all that changed since a given time. */
  findKept(files: readonly OldFile[]): Promise<{ paths: ReadonlySet<string>; sinceMs: number }>;
}

/** @returns how many. A run may be cut off anywhere. */
export async function removeOldFiles(folder: SweptFolder, signal: AbortSignal): Promise<number> {
  const directory = await findDirectory(folder);
  if (directory === undefined) return 0;
  let removed = 0;
  let batch: OldFile[] = [];
  for await (const entry of await opendir(directory)) {
    signal.throwIfAborted();
    // The kind of the entry itself: a link is not a file.
    if (!entry.isFile() || !folder.isOurs(entry.name)) continue;
    const path = join(directory, entry.name);
    if (await isOlder(folder, path, folder.beforeMs)) batch.push({ path, name: entry.name });
    if (batch.length < filesAtOnce) continue;
    removed += await removeUnkept(folder, batch);
    batch = [];
  }
  return removed + (await removeUnkept(folder, batch));
}

/** The operator may name a link; everything inside, our subfolder included, has to be a real folder. */
async function findDirectory({ dir, subfolder }: SweptFolder): Promise<string | undefined> {
  const base = await realpath(dir);
  if (subfolder === undefined) return base;
  const path = join(base, subfolder);
  return (await statOf(path))?.isDirectory() ? path : undefined;
}

async function removeUnkept(folder: SweptFolder, files: readonly OldFile[]): Promise<number> {
  if (files.length === 0) return 0;
  const kept = await folder.findKept(files);
  const beforeMs = Math.min(folder.beforeMs, kept.sinceMs);
  let removed = 0;
  for (const { path } of files) {
    // Checked again: it may have been uploaded anew since it was listed.
    if (kept.paths.has(path) || !(await isOlder(folder, path, beforeMs))) continue;
    await unlink(path);
    removed += 1;
  }
  return removed;
}

const statOf = (path: string): Promise<Stats | undefined> =>
  lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

async function isOlder({ isAged }: SweptFolder, path: string, beforeMs: number): Promise<boolean> {
  const stat = await statOf(path);
  return stat?.isFile() === true && stat.mtimeMs < beforeMs && (isAged?.(stat) ?? true);
}
