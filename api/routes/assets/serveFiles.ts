import { pipeline } from 'node:stream/promises';
import { Problem } from '@star-graph/core/ground/errors';
import { contentDisposition } from '@star-graph/core/ground/storage/contentDisposition';
import { type FileUrlSigner, verifyFileUrl } from '@star-graph/core/ground/storage/fileUrl';
import { contentTypeOf } from '@star-graph/core/ground/storage/mediaTypes';
import { parseRange } from '@star-graph/core/ground/storage/range';
import type { ByteRange, Storage } from '@star-graph/core/ground/storage/storage';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { HttpProblem } from '../../transport/httpProblem.ts';

const pathPrefix = '/files/';
/** A reader that reads nothing for this long is gone. */
const silenceLimitMs = 60_000;

/**
 * `GET|HEAD /files/{key}?expires&signature`: bytes for the holder of a signed link. A person's upload may contain
 * anything, so the headers forbid type sniffing and scripts, and isolate the content.
 */
export function serveFiles(deps: {
  storage: Storage;
  fileUrls: FileUrlSigner;
  /** Whether an asset that is there, or whose deletion can be taken back, still names the key. */
  isNamed(key: string, orDeleted: boolean): Promise<boolean>;
}): ApiMiddleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(pathPrefix)) return next();
    ctx.state.routePath = '/files/{key}';
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD')
      throw new HttpProblem(405, 'not-found', 'Files can be read and nothing else.', {
        headers: { Allow: 'GET, HEAD' },
      });
    const key = ctx.path.slice(pathPrefix.length);
    // ctx.URL is empty where the client's Host is malformed.
    const link = await verifyFileUrl(deps.fileUrls, key, new URLSearchParams(ctx.querystring));
    // A link is valid for days, but a deleted picture must disappear at once.
    const stat = (await deps.isNamed(key, link.ofDeleted)) ? await deps.storage.stat(key) : undefined;
    if (!stat) throw new Problem('not-found', 'This file is no longer stored.');
    const lifeSeconds = Math.floor((link.expiresAt.getTime() - deps.fileUrls.clock.now().getTime()) / 1_000);
    ctx.set({
      'Cache-Control': `private, max-age=${lifeSeconds}, immutable`,
      'Content-Disposition':
        link.downloadName === undefined ? 'inline' : contentDisposition(link.downloadName),
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Content-Type': contentTypeOf(link.mime),
      'Last-Modified': stat.modifiedAt.toUTCString(),
    });
    await answerObject(deps.storage, ctx, key, stat.bytes);
  };
}

/** Keys name their content by its hash, or an asset whose content never changes. */
const etagOf = (key: string): string => `"${key.slice(key.lastIndexOf('/') + 1)}"`;

/** `If-None-Match` (RFC 9110 §13.1.2): a list of tags, perhaps weak, or `*`. */
const isKnown = (header: string, etag: string): boolean =>
  header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);

/** What an answer has beside what is stored. */
export interface AddedBytes {
  at: number;
  bytes: Buffer;
}

const addBytes = ({ at, bytes }: AddedBytes) =>
  async function* (source: AsyncIterable<Buffer>) {
    let left = at;
    for await (const chunk of source) {
      const isPlace = left > 0 && chunk.length >= left;
      if (isPlace) yield* [chunk.subarray(0, left), bytes, chunk.subarray(left)];
      else yield chunk;
      left -= isPlace ? left : Math.min(left, chunk.length);
    }
  };

/**
 * An object, or the part that was asked for, or nothing where the client has it. An object's content never changes, so
 * that even a client that distrusts its cache may keep what it has.
 * @throws Problem `not-found`; HttpProblem 416.
 */
export async function answerObject(
  storage: Pick<Storage, 'open'>,
  ctx: ApiContext,
  key: string,
  totalBytes: number,
  added?: AddedBytes,
): Promise<void> {
  ctx.set({ 'Accept-Ranges': added ? 'none' : 'bytes', ETag: etagOf(key) });
  if (isKnown(ctx.get('if-none-match'), etagOf(key))) {
    ctx.status = 304;
    return;
  }
  ctx.status = 200;
  // A range would have to be counted without what is added.
  const range = added ? undefined : rangeOf(ctx, key, totalBytes);
  if (range) {
    const end = range.end ?? totalBytes - 1;
    ctx.status = 206;
    ctx.set('Content-Range', `bytes ${range.start}-${end}/${totalBytes}`);
    ctx.length = end - range.start + 1;
  } else ctx.length = totalBytes + (added?.bytes.length ?? 0);
  if (ctx.method === 'HEAD') return;
  using opened = await storage.open(key, range);
  if (!opened) throw new Problem('not-found', 'This file is no longer stored.');
  // Written here and not by Koa, which would let a reader that stopped reading hold the file open for ever.
  ctx.respond = false;
  ctx.res.statusCode = ctx.status;
  // Set on the answer, not the connection: the connection serves more files and has its own idle limit.
  ctx.res.setTimeout(silenceLimitMs, () => ctx.req.socket.destroy());
  try {
    await (added ? pipeline(opened.stream, addBytes(added), ctx.res) : pipeline(opened.stream, ctx.res));
  } catch (error) {
    ctx.state.log.debug({ err: error }, 'a file was not read to its end');
  }
}

/** @throws HttpProblem 416 for a range outside the file. */
function rangeOf(ctx: ApiContext, key: string, totalBytes: number): ByteRange | undefined {
  const condition = ctx.get('if-range');
  if (condition !== '' && condition !== etagOf(key)) return undefined;
  const range = parseRange(ctx.get('range') || undefined, totalBytes);
  if (range === 'whole') return undefined;
  if (range !== 'unsatisfiable') return range;
  throw new HttpProblem(416, 'invalid-params', `The file has ${totalBytes} bytes; the range lies outside.`, {
    headers: { 'Content-Range': `bytes */${totalBytes}` },
  });
}
