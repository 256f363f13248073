import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invariant } from '../errors.ts';
import { requireKey, requirePrefix } from './keys.ts';
import type { ListedObject } from './storage.ts';
import { hasErrorCode } from './storageProblems.ts';

interface FileTree {
  objectsDirectory: string;
  /** The path of a key below `objectsDirectory`: folder, shard, then the rest of the key. */
  diskSegmentsOf(key: string): string[];
}

/** Walks the tree in the order of names, with one directory in memory for each level; `after` skips without reading. */
export async function* listFiles(
  tree: FileTree,
  prefix: string,
  after?: string,
): AsyncGenerator<ListedObject> {
  const start = startSegmentsOf(tree, requirePrefix(prefix));
  invariant(after === undefined || after.startsWith(prefix), `"${after}" is not below "${prefix}"`);
  const afterSegments = after === undefined ? [] : tree.diskSegmentsOf(requireKey(after)).slice(start.length);
  yield* walk(tree.objectsDirectory, start, afterSegments);
}

function startSegmentsOf(tree: FileTree, prefix: string): string[] {
  const segments = prefix.split('/').slice(0, -1);
  return segments.length < 2 ? segments : tree.diskSegmentsOf(segments.join('/'));
}

async function* walk(root: string, segments: string[], after: string[]): AsyncGenerator<ListedObject> {
  const [resumeAt, ...deeperAfter] = after;
  for (const entry of await readSorted(join(root, ...segments))) {
    if (resumeAt !== undefined && entry.name < resumeAt) continue;
    const isResumePoint = entry.name === resumeAt;
    const entrySegments = [...segments, entry.name];
    if (entry.isDirectory()) {
      yield* walk(root, entrySegments, isResumePoint ? deeperAfter : []);
    } else if (!isResumePoint) {
      const found = await statIfThere(join(root, ...entrySegments));
      if (found) yield { key: keyOf(entrySegments), bytes: found.size, modifiedAt: found.mtime };
    }
  }
}

function keyOf([folder, _shard, ...rest]: string[]): string {
  return [folder, ...rest].join('/');
}

async function readSorted(directory: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // Removed since its parent was read, or never there.
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
