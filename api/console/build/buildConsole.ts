import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { consoleFolder } from '@star-graph/api/pages/serveConsole';
import { build } from 'vite';
import { viteConfig, workerConfig } from './viteConfig.ts';

const root = join(import.meta.dirname, '../../..');
const sources = [
  'api/{ui,client,contract}/**/*',
  'api/console/{app,build}/**/*',
  'workflows/**/*.ts',
  'pnpm-lock.yaml',
];
/** In the built folder: from what it was built. */
const recordName = 'built-from.txt';

/**
 * Builds the page unless it was built from these very sources. The new one takes the place of the old in one step, so
 * that an API that starts meanwhile reads a whole one.
 * @returns whether it had to be built
 */
export async function buildConsole(folder = consoleFolder): Promise<boolean> {
  const wanted = await hashSources();
  const built = await readFile(join(folder, recordName), 'utf8').catch(() => undefined);
  if (built === wanted) return false;
  const fresh = await mkdtemp(`${folder}-`);
  try {
    await build(viteConfig(fresh));
    await build(workerConfig(fresh, await readFile(join(fresh, 'index.html'), 'utf8')));
    await requireParts(fresh);
    await compressFiles(fresh);
    await writeFile(join(fresh, recordName), wanted);
    // Made for one user alone, as any temporary folder; the API may be another one.
    await chmod(fresh, 0o777 & ~process.umask());
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder).catch((error: NodeJS.ErrnoException) => {
      // Another build of this checkout has put its page there meanwhile.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return true;
}

async function hashSources(): Promise<string> {
  const paths = sources
    .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: ['**/node_modules/**'] }))
    .filter(
      (path) =>
        /\.(ts|tsx|css|html|svg|png|webp|json|yaml|webmanifest)$/.test(path) && !/\.test\.tsx?$/.test(path),
    )
    .sort();
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(await readFile(join(root, path)));
  return hash.digest('hex');
}

/** @throws where a script names a part that is not there: no browser could load what needs it. */
async function requireParts(folder: string): Promise<void> {
  const known = new Set(globSync('console/*', { cwd: folder }));
  for (const path of known) {
    if (!path.endsWith('.js')) continue;
    const named = (await readFile(join(folder, path), 'utf8')).matchAll(/"(console\/[^"]+\.(?:js|css))"/g);
    for (const [, part = ''] of named)
      if (!known.has(part)) throw new Error(`${path} needs ${part}, which was not built`);
  }
}

/** Once, as small as it gets, so that no request compresses anything. */
async function compressFiles(folder: string): Promise<void> {
  const paths = globSync('**/*.{js,css,html,svg,webmanifest}', { cwd: folder });
  await Promise.all(
    paths.map(async (path) => {
      const body = await readFile(join(folder, path));
      const [br, gz] = await Promise.all([
        promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
        promisify(gzip)(body, { level: 9 }),
      ]);
      await writeFile(join(folder, `${path}.br`), br);
      await writeFile(join(folder, `${path}.gz`), gz);
    }),
  );
}
