import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const gibibyte = 2 ** 30;
/** Several times what the databases of a run take, and what must be free besides for its browsers and servers. */
const needed = { folderBytes: 4 * gibibyte, memoryBytes: 8 * gibibyte };

export interface Memory {
  /** The folder that Linux keeps in memory. */
  folder: string;
  /** What a process may still take, also where a container limits it. */
  availableBytes: number;
  readSpace(folder: string): Promise<{ bavail: number; bsize: number }>;
}

const machine: Memory = {
  folder: '/dev/shm',
  availableBytes: process.availableMemory(),
  readSpace: (folder) => statfs(folder),
};

/**
 * A new folder for the databases of a test run, in memory where there is plenty: every test file makes eighty tables
 * and drops them, which on a disk takes twenty times as long.
 */
export async function createRunFolder(memory: Memory = machine): Promise<string> {
  const hasRoom =
    memory.availableBytes >= needed.memoryBytes && (await findFreeBytes(memory)) >= needed.folderBytes;
  return mkdtemp(join(hasRoom ? memory.folder : tmpdir(), 'star-graph-test-'));
}

/** 0 where there is no such folder, as on macOS. */
async function findFreeBytes({ folder, readSpace }: Memory): Promise<number> {
  try {
    const { bavail, bsize } = await readSpace(folder);
    return bavail * bsize;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
