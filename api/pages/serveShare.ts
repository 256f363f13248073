import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shareKey } from '@star-graph/core/ground/storage/keys';
import { extensionOf, mimeByExtension } from '@star-graph/core/ground/storage/mediaTypes';
import { type OpenShare, openShare } from '@star-graph/core/library/assets/shares';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';
import type { ApiDeps } from '../apiDeps.ts';
import { localeOf } from './renderPage.ts';
import { isDrawn, renderGone, renderShare } from './renderShare.ts';

type Deps = Pick<ApiDeps, 'database' | 'clock' | 'storage' | 'publicUrl' | 'rateLimits'>;

/** A withdrawn link may still be read for so long out of an object store. */
const fileLifeSeconds = 600;

const pathPattern = /^\/s\/([\w-]{22})(?:\/(picture|video|file))?$/;

/**
 * `/s/{token}`: the page of a link to one picture or video, and its bytes below it. Outside the contract, since it
 * answers people with a page. Whatever leads nowhere is answered alike.
 */
export async function serveShare(deps: Deps): Promise<ApiMiddleware> {
  const style = await readFile(join(import.meta.dirname, 'share.css'));
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/s/') || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    if (ctx.path === '/s/share.css') {
      ctx.state.routePath = ctx.path;
      ctx.set('Cache-Control', 'no-cache');
      ctx.type = 'text/css; charset=utf-8';
      ctx.body = style;
      return;
    }
    const [, token, file] = pathPattern.exec(ctx.path) ?? [];
    ctx.state.routePath = `/s/{token}${file === undefined ? '' : `/${file}`}`;
    await deps.rateLimits.countAddress(ctx.state.address);
    ctx.set('Cache-Control', 'no-store');
    ctx.set('X-Robots-Tag', 'noindex, nofollow, noimageindex');
    const open = token === undefined ? undefined : await openShare(deps, token);
    if (!open || (file !== undefined && !hasFile(open, file)))
      return answerPage(ctx, 404, renderGone(localeOf(ctx)));
    if (file !== undefined) {
      ctx.status = 302;
      ctx.set('Location', await fileUrlOf(deps, open, file));
      return;
    }
    const page = `${deps.publicUrl}/s/${token}`;
    const origin = new URL(
      await fileUrlOf(deps, open, isSeen(mediaKindOf(open.share.mime)) ? 'picture' : 'file'),
    ).origin;
    answerPage(ctx, 200, renderShare(open, localeOf(ctx), { page }), origin);
  };
}

/**
 * A picture, a film's first frame and what a body looks like are under `picture`; a film itself under `video`, and all else
 * under `file`.
 */
function hasFile({ share, asset }: OpenShare, file: string): boolean {
  const kind = mediaKindOf(share.mime);
  return file === 'picture' ? isDrawn(kind, asset) : file === 'video' ? kind === 'video' : !isSeen(kind);
}

function fileUrlOf({ storage }: Deps, { share, asset }: OpenShare, file: string): Promise<string> {
  const mime = file === 'picture' ? mimeByExtension.webp : share.mime;
  const copy = shareKey(share.id, extensionOf(mime));
  // Of a body nothing but pixels was ever drawn.
  const key = file === 'picture' && !isSeen(mediaKindOf(share.mime)) ? (asset.thumbnailKey ?? copy) : copy;
  return storage.signedUrl(key, { ttlSeconds: fileLifeSeconds, mime });
}

/** @param fileOrigin where the bytes are: redirects have to be allowed too. */
function answerPage(ctx: ApiContext, status: number, html: string, fileOrigin = ''): void {
  const files = `'self' ${fileOrigin}`.trim();
  ctx.status = status;
  ctx.set(
    'Content-Security-Policy',
    [
      "default-src 'none'",
      "style-src 'self'",
      `img-src ${files}`,
      `media-src ${files}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  );
  ctx.set('Vary', 'Accept-Language');
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = html;
}
