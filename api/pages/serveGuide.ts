import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ApiMiddleware } from '../apiContext.ts';
import { mimes } from './serveConsole.ts';
import { readingPolicy } from './serveDocs.ts';

/** Where `npm run docs:build` puts it. */
const guideFolder = join(import.meta.dirname, 'dist');
export const guidePath = '/docs/guide/';

/** Whether it was built before this process began. */
export const hasGuide = existsSync(join(guideFolder, 'index.html.gz'));

/**
 * The documentation as a site below `/docs/guide`, where it was built. Its files are listed once, and no other can be asked
 * for; they are read when somebody does, since few do.
 */
export async function serveGuide(folder = guideFolder): Promise<ApiMiddleware> {
  const files = await listFiles(folder);
  const policy = readingPolicy(await readScripts(files.get('index.html')));
  return async (ctx, next) => {
    const isInside = ctx.path.startsWith(guidePath);
    if ((ctx.method !== 'GET' && ctx.method !== 'HEAD') || files.size === 0) return next();
    if (!isInside && ctx.path !== guidePath.slice(0, -1)) return next();
    ctx.state.routePath = '/docs/guide';
    if (!isInside) return ctx.redirect(guidePath);
    const name = ctx.path.slice(guidePath.length).replace(/(^|\/)$/, '$1index.html');
    const found = files.has(name) ? name : '404.html';
    const file = files.get(found);
    if (file === undefined) return next();
    ctx.vary('Accept-Encoding');
    const isPacked = file.isPacked && ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
    if (isPacked) ctx.set('Content-Encoding', 'gzip');
    ctx.body = isPacked ? await readFile(file.path) : await readPlain(file);
    ctx.status = found === name ? 200 : 404;
    ctx.type = mimes[extname(found).slice(1)] ?? 'application/octet-stream';
    ctx.set('Content-Security-Policy', policy);
    // Names of these change with what is in them.
    const isHashed = found.startsWith('assets/');
    ctx.set('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  };
}

interface GuideFile {
  path: string;
  /** By gzip, which is a quarter of a page. */
  isPacked: boolean;
}

async function readPlain({ path, isPacked }: GuideFile): Promise<Buffer> {
  const bytes = await readFile(path);
  return isPacked ? await promisify(gunzip)(bytes) : bytes;
}

/** By the names below the site's address. A folder that is not there has none. */
async function listFiles(folder: string): Promise<ReadonlyMap<string, GuideFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    paths.map((path) => {
      const name = relative(folder, path).replaceAll('\\', '/');
      return [name.replace(/\.gz$/, ''), { path, isPacked: name.endsWith('.gz') }];
    }),
  );
}

/** Every page has the same ones in it: they choose light or dark before anything is painted. */
async function readScripts(page: GuideFile | undefined): Promise<string[]> {
  if (page === undefined) return [];
  const scripts = String(await readPlain(page)).matchAll(/<script id="[\w-]+">(.*?)<\/script>/gs);
  return Array.from(scripts, ([, text = '']) => createHash('sha256').update(text).digest('base64'));
}
