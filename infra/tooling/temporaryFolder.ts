import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a run a temporary folder of its own, which goes with it.
 * @returns what `run` returns, and what is still in the folder then
 */
export async function inTemporaryFolder<Result>(
  run: (folder: string) => Promise<Result>,
): Promise<{ result: Result; left: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'star-graph-run-'));
  try {
    const result = await run(folder);
    return { result, left: (await readdir(folder)).toSorted() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
