import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locale } from '@star-graph/workflows';
import type { ApiContext } from '../apiContext.ts';

/** Files of this folder alone, and nothing written into the page: a text that got into it would not run. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For an element's content or a quoted attribute. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => escapes[one] ?? one);

export const localeOf = (ctx: ApiContext): Locale =>
  ctx.acceptsLanguages('en', 'zh-CN', 'zh') === 'en' || !ctx.acceptsLanguages('en', 'zh-CN', 'zh')
    ? 'en'
    : 'zh-CN';

interface Page {
  title: string;
  /** HTML; texts in it are escaped. */
  body: string;
  /** A file of this folder. */
  script?: string;
}

/** Answers with a page that no cache keeps. */
export function answerPage(ctx: ApiContext, status: number, { title, body, script }: Page): void {
  const load = script === undefined ? '' : `<script type="module" src="/sign-in/${script}"></script>`;
  ctx.status = status;
  ctx.set('Content-Security-Policy', pagePolicy);
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Vary', 'Accept-Language');
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = `<!doctype html>
<html lang="${localeOf(ctx)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Star-Graph</title>
<link rel="icon" type="image/png" href="/docs/favicon.png">
<link rel="stylesheet" href="/sign-in/page.css">
</head>
<body>
<main>
<header>Star-Graph</header>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
${load}
</body>
</html>
`;
}

const served = {
  'resetPassword.js': 'text/javascript; charset=utf-8',
  'verifyEmail.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'copyCode.js': 'text/javascript; charset=utf-8',
};

/** The files that pages load, by path. */
export async function readPageFiles(): Promise<ReadonlyMap<string, { mime: string; body: Buffer }>> {
  const read = Object.entries(served).map(
    async ([name, mime]) =>
      [`/sign-in/${name}`, { mime, body: await readFile(join(import.meta.dirname, name)) }] as const,
  );
  return new Map(await Promise.all(read));
}
