import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of core that begin loops. */
export async function listLoopFiles(): Promise<string[]> {
  const core = join(import.meta.dirname, '../../core');
  const files = (await readdir(core, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('node_modules'),
  );
  const begins = async (file: string) =>
    /(?<!function )\bstartLoop\(/.test(await readFile(join(core, file), 'utf8'));
  const found = await Promise.all(files.map(async (file) => ((await begins(file)) ? [file] : [])));
  return found.flat();
}
