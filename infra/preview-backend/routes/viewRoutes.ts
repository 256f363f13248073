import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { type DataFolders, folderTypes, isFile } from '../files/dataFolders.ts';
import { type Exchange, sendEmpty } from './http.ts';
import type { Route } from './router.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.txt': 'text/plain',
  '.json': 'application/json',
};

/** `GET /view`: files as they are, re-encoded for display, or without their alpha. */
export function viewRoutes(folders: DataFolders): Route[] {
  return [{ method: 'GET', pattern: '/view', handle: (exchange) => view(folders, exchange) }];
}

async function view(folders: DataFolders, exchange: Exchange): Promise<void> {
  const { query } = exchange;
  const filename = query.get('filename');
  if (filename === null) return sendEmpty(exchange, 404);
  if (filename.startsWith('/') || filename.includes('..')) return sendEmpty(exchange, 400);
  const type = folderTypes.find((one) => one === (query.get('type') ?? 'output'));
  if (!type) return sendEmpty(exchange, 400);
  const name = basename(filename);
  const path = folders.resolve(type, query.get('subfolder') ?? '', name);
  if (path === null) return sendEmpty(exchange, 403);
  if (!isFile(path)) return sendEmpty(exchange, 404);
  exchange.response.setHeader('Content-Disposition', `filename="${name.replaceAll(/["\r\n]/g, '')}"`);
  const preview = query.get('preview');
  if (preview !== null) return sendPreview(exchange, path, preview);
  const channel = query.get('channel');
  if (channel === 'rgb' || channel === 'a') return sendChannel(exchange, path, channel);
  return sendFile(exchange, path, name);
}

async function sendPreview(exchange: Exchange, path: string, preview: string): Promise<void> {
  const [format, qualityText] = preview.split(';');
  const quality = /^\d+$/.test(qualityText ?? '') ? Math.min(100, Math.max(1, Number(qualityText))) : 90;
  const image = sharp(path, { limitInputPixels: false });
  const isJpeg = format === 'jpeg';
  const body = await (isJpeg
    ? image.flatten({ background: '#000' }).jpeg({ quality })
    : image.webp({ quality })
  ).toBuffer();
  sendBuffer(exchange, isJpeg ? 'image/jpeg' : 'image/webp', body);
}

async function sendChannel(exchange: Exchange, path: string, channel: 'rgb' | 'a'): Promise<void> {
  const image = sharp(path, { limitInputPixels: false });
  if (channel === 'rgb') {
    return sendBuffer(
      exchange,
      'image/png',
      await image.toColourspace('srgb').removeAlpha().png().toBuffer(),
    );
  }
  // ComfyUI answers black with the picture's alpha.
  const alpha = await image.ensureAlpha().linear([0, 0, 0, 1], [0, 0, 0, 0]).png().toBuffer();
  sendBuffer(exchange, 'image/png', alpha);
}

function sendBuffer(exchange: Exchange, contentType: string, body: Buffer): void {
  exchange.response.writeHead(200, { 'Content-Type': contentType, 'Content-Length': body.length });
  exchange.response.end(body);
}

async function sendFile(exchange: Exchange, path: string, name: string): Promise<void> {
  const { request, response } = exchange;
  const { size, mtimeMs, mtime } = await stat(path, { bigint: false });
  const etag = `"${Math.round(mtimeMs * 1e6).toString(16)}-${size.toString(16)}"`;
  response.setHeader('Content-Type', contentTypes[extname(name).toLowerCase()] ?? 'application/octet-stream');
  response.setHeader('Etag', etag);
  response.setHeader('Last-Modified', mtime.toUTCString());
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304);
    response.end();
    return;
  }
  response.setHeader('Accept-Ranges', 'bytes');
  const range = parseRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${size}`, 'Content-Length': 0 });
    response.end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  response.writeHead(range ? 206 : 200, { 'Content-Length': end - start + 1 });
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(path, { start, end }), response);
}

/** One range of bytes (RFC 9110, 14.1.2); null for none or one that is to be ignored. */
function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}
