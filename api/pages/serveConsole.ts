import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { viewPath } from '@star-graph/contract/platform/viewPath';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';

/** Where `buildConsole` puts the page. */
export const consoleFolder = join(import.meta.dirname, '../console/dist');

export const mimes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff2: 'font/woff2',
};

/** One built file, with the forms that the build compressed. */
interface BuiltFile {
  mime: string;
  body: Buffer;
  encoded: { br?: Buffer; gzip?: Buffer };
  /** Its name changes with its content. */
  isHashed: boolean;
}

/**
 * The console: the built page at `/` and at the addresses of its views, its files by their names. A platform whose
 * console was not built answers with the way to build it.
 */
export async function serveConsole(
  config: { filesFrom: string; isInDiscord: boolean },
  folder = consoleFolder,
): Promise<ApiMiddleware> {
  const files = await readBuiltFiles(folder);
  const page = files.get('/index.html');
  const styles = page ? hashStyles(page.body.toString()) : [];
  const policy = pagePolicy(config.filesFrom, styles, ["'none'"]);
  const framedPolicy = pagePolicy(config.filesFrom, styles, discordFrames);
  return async (ctx, next) => {
    // The page's service worker takes what is shared. A browser that has lost it is told by Create that nothing came.
    if (ctx.method === 'POST' && ctx.path === '/share-target') {
      ctx.state.routePath = ctx.path;
      ctx.redirect('/create?shared=1');
      ctx.status = 303;
      return;
    }
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    const isView = viewPath.test(ctx.path);
    const file = isView ? page : ctx.path === '/index.html' ? undefined : files.get(pathFor(ctx));
    if (!file && !isView) return next();
    ctx.state.routePath = isView ? '/' : '/console';
    // Discord's client says so in the address; a page that is opened so takes no session of the console's cookie.
    const isFramed = config.isInDiscord && isView && ctx.query.frame_id !== undefined;
    if (isFramed) ctx.remove('X-Frame-Options');
    ctx.set('Content-Security-Policy', isFramed ? framedPolicy : policy);
    if (!file) {
      ctx.status = 503;
      ctx.type = 'text/plain; charset=utf-8';
      ctx.body =
        'The console is not built. Build it with: npm run build:console\nThe API is described at /docs.\n';
      return;
    }
    answerFile(ctx, file);
  };
}

/** Discord's clients, its own tests of them, and its proxy. */
const discordFrames = ['https://discord.com', 'https://*.discord.com', 'https://*.discordsays.com'];

const manifest = '/manifest.webmanifest';

/** The system shows the app's shortcuts and words by its manifest, in the language of the browser. */
function pathFor(ctx: ApiContext): string {
  if (ctx.path !== manifest) return ctx.path;
  ctx.vary('Accept-Language');
  return ctx.acceptsLanguages('en', 'zh') === 'zh' ? '/manifest.zh-CN.webmanifest' : manifest;
}

/** Pictures change with a release alone; without an hour, each place that shows the star would ask for it again. */
function cachingOf({ isHashed, mime }: BuiltFile): string {
  if (isHashed) return 'public, max-age=31536000, immutable';
  return mime.startsWith('image/') ? 'public, max-age=3600' : 'no-cache';
}

function answerFile(ctx: ApiContext, file: BuiltFile): void {
  const { mime, body, encoded } = file;
  ctx.set('Cache-Control', cachingOf(file));
  ctx.vary('Accept-Encoding');
  ctx.type = mime;
  const coding = ctx.acceptsEncodings('br', 'gzip', 'identity');
  const chosen = coding === 'br' || coding === 'gzip' ? encoded[coding] : undefined;
  if (chosen && typeof coding === 'string') ctx.set('Content-Encoding', coding);
  ctx.body = chosen ?? body;
}

/** The page has the styles of its beginning in it, so that it needs nothing else to be painted. */
const hashStyles = (page: string): string[] =>
  [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(
    ([, style = '']) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  );

/** Its own scripts and styles, pictures of the storage, and this server. Nothing else written into the page counts. */
function pagePolicy(filesFrom: string, styles: readonly string[], ancestors: readonly string[]): string {
  const storage = ` ${new URL(filesFrom).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    ["style-src 'self'", ...styles].join(' '),
    `img-src 'self' blob: data:${storage}`,
    `media-src 'self' blob:${storage}`,
    "font-src 'self'",
    // A body's pictures are read out of its file.
    `connect-src 'self' blob:${storage}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${ancestors.join(' ')}`,
  ].join('; ');
}

/** By path. A folder that is not there has no files. */
async function readBuiltFiles(folder: string): Promise<ReadonlyMap<string, BuiltFile>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const paths = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const known = new Set(paths);
  const read = paths.flatMap((path) => {
    const mime = mimes[path.slice(path.lastIndexOf('.') + 1)];
    return mime === undefined ? [] : [readBuilt(folder, path, mime, known)];
  });
  return new Map(await Promise.all(read));
}

async function readBuilt(
  folder: string,
  path: string,
  mime: string,
  known: ReadonlySet<string>,
): Promise<readonly [string, BuiltFile]> {
  const name = path.slice(folder.length).replaceAll('\\', '/');
  const encoded: BuiltFile['encoded'] = {};
  if (known.has(`${path}.br`)) encoded.br = await readFile(`${path}.br`);
  if (known.has(`${path}.gz`)) encoded.gzip = await readFile(`${path}.gz`);
  return [name, { mime, body: await readFile(path), encoded, isHashed: name.startsWith('/console/') }];
}
