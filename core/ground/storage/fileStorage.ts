import { createHash, randomUUID } from 'node:crypto';
import {
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LRUCache } from 'lru-cache';
import type { SigningRing } from '../encryption/signingRing.ts';
import { invariant } from '../errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { listFiles } from './fileListing.ts';
import { signFileUrl } from './fileUrl.ts';
import { requireMimeOfKey } from './keys.ts';
import { openedObject } from './openedObject.ts';
import { removeStaleFiles } from './removeStaleFiles.ts';
import { requireBytes, requireLength } from './requireLength.ts';
import type { Body, ByteRange, ObjectFacts, OpenedObject, Storage, WrittenFile } from './storage.ts';
import { hasErrorCode, isNoRoom, noRoomProblem } from './storageProblems.ts';

interface FileStorageConfig {
  /** Created where missing. One directory may serve several processes. */
  directory: string;
  /** Where the API is reached from outside; `/files/{key}` below it serves the objects. */
  publicUrl: string;
  /** Sign links, and verify them. */
  keys: SigningRing;
}

const mostPublishTries = 20;
/** Fewer reads than by Node's own 64 KiB: a picture of some megabytes costs a quarter less. */
const readBytes = 256 * 1_024;

/**
 * Objects as files: `objects/{first segment}/{shard}/{rest}`, written under `incoming/` on the same file system and
 * renamed when every byte is on the disk. The shard, two hex digits of a hash of the second segment, bounds the
 * number of entries of one directory.
 */
export async function createFileStorage(deps: { clock: Clock }, config: FileStorageConfig): Promise<Storage> {
  const objectsDirectory = join(config.directory, 'objects');
  const incomingDirectory = join(config.directory, 'incoming');
  await mkdir(objectsDirectory, { recursive: true });
  await mkdir(incomingDirectory, { recursive: true });
  await removeStaleFiles(deps, incomingDirectory);
  const pathOf = (key: string) => join(objectsDirectory, ...diskSegmentsOf(key));

  return {
    async put(key, body, facts) {
      requireMimeOfKey(key, facts.mime);
      const incomingPath = join(incomingDirectory, randomUUID());
      try {
        await allDone([facts.proof, writeDurably(incomingPath, body, facts)]);
        await publish(incomingPath, pathOf(key));
      } catch (error) {
        if (body instanceof Readable) body.destroy();
        await rm(incomingPath, { force: true });
        throw isNoRoom(error) ? noRoomProblem(error) : error;
      }
    },
    async open(key, range) {
      const mime = requireMimeOfKey(key);
      const handle = await open(pathOf(key), 'r').catch(undefinedIfAbsent);
      return handle && openStream(handle, mime, range);
    },
    async stat(key) {
      const mime = requireMimeOfKey(key);
      const found = await stat(pathOf(key)).catch(undefinedIfAbsent);
      return found && { bytes: found.size, mime, modifiedAt: found.mtime };
    },
    async remove(key) {
      requireMimeOfKey(key);
      const path = pathOf(key);
      await unlink(path).catch(undefinedIfAbsent);
      await removeEmptyDirectory(dirname(path));
    },
    list: (prefix, after) => listFiles({ objectsDirectory, diskSegmentsOf }, prefix, after),
    signedUrl: createLinks(deps, config),
  };
}

/** The share of a link's life after which a new one is made. */
const linkAgeShare = 1 / 12;
const rememberedLinks = 10_000;

/**
 * A task that is read again has the same link for a while: a browser then finds the picture in its cache, and no link
 * has to be signed.
 */
function createLinks(deps: { clock: Clock }, config: FileStorageConfig): Storage['signedUrl'] {
  const links = new LRUCache<string, { url: string; renewAtMs: number }>({ max: rememberedLinks });
  return async (key, { mime, ttlSeconds, downloadName, mayBeOlder = false, ofDeleted = false }) => {
    requireMimeOfKey(key, mime);
    const nowMs = deps.clock.now().getTime();
    const name = JSON.stringify([key, ttlSeconds, downloadName, ofDeleted]);
    const known = links.get(name);
    if (mayBeOlder && known && nowMs < known.renewAtMs) return known.url;
    const { publicUrl, keys } = config;
    const options = {
      publicUrl,
      ttlSeconds,
      ofDeleted,
      ...(downloadName === undefined ? {} : { downloadName }),
    };
    const url = await signFileUrl({ ...deps, keys }, key, options);
    links.set(name, { url, renewAtMs: nowMs + ttlSeconds * 1_000 * linkAgeShare });
    return url;
  };
}

function diskSegmentsOf(key: string): string[] {
  const [folder, second, ...rest] = key.split('/');
  invariant(folder !== undefined && second !== undefined, `a key has two segments at least: ${key}`);
  const shard = createHash('sha256').update(second).digest('hex').slice(0, 2);
  return [folder, shard, second, ...rest];
}

/** Waits for all, so that nothing is at work any more when one has failed. Rejects with the reason of the first. */
async function allDone(works: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  for (const end of await Promise.allSettled(works)) if (end.status === 'rejected') throw end.reason;
}

async function writeDurably(path: string, body: Body, facts: ObjectFacts): Promise<void> {
  if (Buffer.isBuffer(body)) requireBytes(body.length, facts.bytes);
  else if (!(body instanceof Readable)) return nameDurably(path, body, facts);
  const handle = await open(path, 'wx');
  try {
    if (Buffer.isBuffer(body)) await handle.writeFile(body);
    else await pipeline(body, requireLength(facts.bytes), (chunks) => handle.writeFile(chunks));
    // Before the rename: after a power cut the name must not exist without its bytes.
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** One more name for what is written, or a copy: it may lie on another disk, and not every disk knows second names. */
async function nameDurably(path: string, file: WrittenFile, facts: ObjectFacts): Promise<void> {
  await link(file.path, path).catch(() => copyFile(file.path, path));
  const handle = await open(path, 'r+');
  try {
    requireBytes((await handle.stat()).size, facts.bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Renames into place. The directory is usually there. A concurrent `remove` may delete it, empty, before the rename:
 * each retry needs another such removal, so there are few.
 */
async function publish(incomingPath: string, path: string): Promise<void> {
  const directory = dirname(path);
  let firstCreated: string | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      await rename(incomingPath, path);
      break;
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT') || tries >= mostPublishTries) throw error;
      firstCreated = (await mkdir(directory, { recursive: true })) ?? firstCreated;
    }
  }
  await syncDirectories(directory, firstCreated ? dirname(firstCreated) : directory);
}

/** Makes new names survive a power cut, from the deepest directory up to the one that existed before. */
async function syncDirectories(deepest: string, topmost: string): Promise<void> {
  const directories = [deepest];
  for (let directory = deepest; directory !== topmost; directory = dirname(directory))
    directories.push(dirname(directory));
  await Promise.all(directories.map(syncDirectory));
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(undefinedIfAbsent);
  await handle?.sync().finally(() => handle.close());
}

async function openStream(handle: FileHandle, mime: string, range?: ByteRange): Promise<OpenedObject> {
  try {
    const { size: totalBytes } = await handle.stat();
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? totalBytes - 1, totalBytes - 1);
    invariant(range === undefined || (start >= 0 && start <= end), 'the range lies outside the object');
    // The open file keeps its bytes even when another writer renames over the name meanwhile.
    const stream = handle.createReadStream({
      start,
      highWaterMark: readBytes,
      ...(totalBytes > 0 ? { end } : {}),
    });
    return openedObject({ stream, bytes: end - start + 1, totalBytes, mime });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function removeEmptyDirectory(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}

function undefinedIfAbsent(error: unknown): undefined {
  if (hasErrorCode(error, 'ENOENT')) return undefined;
  throw error;
}
