import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ApiMiddleware } from '../apiContext.ts';

const require = createRequire(import.meta.url);

interface StaticFile {
  mime: string;
  body: Buffer;
}

/**
 * Of pages to read: they load their own files and ask this server. Swagger UI writes styles into its page by itself, and
 * coloured code of the guide has its colours at each word.
 * @param scripts digests of those that stand in the pages
 */
export const readingPolicy = (scripts: readonly string[] = []): string =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...scripts.map((hash) => `'sha256-${hash}'`)].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** `/openapi.json`, and `/docs` that shows it, from files of this machine alone. */
export async function serveDocs(readDocument: () => Promise<Buffer>): Promise<ApiMiddleware> {
  const files = await readDocsFiles();
  const policy = readingPolicy();
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (ctx.path === '/openapi.json') {
      ctx.state.routePath = ctx.path;
      ctx.set('Cache-Control', 'no-cache');
      ctx.type = 'application/json';
      ctx.body = await readDocument();
      return;
    }
    const file = files.get(ctx.path);
    if (!file) return next();
    ctx.state.routePath = '/docs';
    ctx.set('Content-Security-Policy', policy);
    ctx.set('Cache-Control', 'no-cache');
    ctx.type = file.mime;
    ctx.body = file.body;
  };
}

async function readDocsFiles(): Promise<Map<string, StaticFile>> {
  const swaggerDirectory = dirname(require.resolve('swagger-ui-dist/package.json'));
  const script = 'text/javascript; charset=utf-8';
  const files: [path: string, source: string, mime: string][] = [
    ['/docs', join(import.meta.dirname, 'docs.html'), 'text/html; charset=utf-8'],
    ['/docs/start.js', join(import.meta.dirname, 'docsStart.js'), script],
    ['/docs/swagger-ui.css', join(swaggerDirectory, 'swagger-ui.css'), 'text/css; charset=utf-8'],
    ['/docs/swagger-ui-bundle.js', join(swaggerDirectory, 'swagger-ui-bundle.js'), script],
    ['/docs/favicon.png', join(swaggerDirectory, 'favicon-32x32.png'), 'image/png'],
  ];
  const read = files.map(
    async ([path, source, mime]) => [path, { mime, body: await readFile(source) }] as const,
  );
  return new Map(await Promise.all(read));
}
