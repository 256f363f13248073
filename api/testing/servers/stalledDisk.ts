import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface StalledDisk {
  /** Lets all waiting calls continue; resolves when all of them are done. */
  release(): Promise<void>;
}

/** The size that libuv gives its pool. */
const poolThreads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/**
 * Blocks all file system calls of this process, as if the disk had stopped answering: each of Node's threads for them
 * waits at a named pipe without a writer. Sockets go on.
 */
export async function createStalledDisk(): Promise<StalledDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'stalled-disk-'));
  const pipe = join(directory, 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
  const waiting = Array.from({ length: poolThreads }, () => open(pipe, 'r'));
  return {
    async release() {
      // Opens as soon as a reader waits, and lets in all readers, also those whose turn has not come yet.
      const writer = openSync(pipe, constants.O_RDWR);
      const readers = await Promise.all(waiting);
      await Promise.all(readers.map((reader) => reader.close()));
      closeSync(writer);
      await rm(directory, { recursive: true });
    },
  };
}
