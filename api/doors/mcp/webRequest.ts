import { Readable } from 'node:stream';
import type { ApiContext } from '../../apiContext.ts';

/**
 * A request as the protocol's package takes it. Its body was read before. The credential stays outside: it has done its
 * part.
 */
export function toWebRequest(ctx: ApiContext, publicUrl: string, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(ctx.headers)) {
    // Those of HTTP/2 begin with a colon.
    if (value === undefined || name.startsWith(':') || secretHeaders.has(name)) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return new Request(new URL(ctx.path, publicUrl), { method: ctx.method, headers, signal });
}

const secretHeaders = new Set(['authorization', 'cookie', 'x-api-key']);

export function answerWith(ctx: ApiContext, response: Response): void {
  ctx.status = response.status;
  for (const [name, value] of response.headers) ctx.set(name, value);
  ctx.set({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  ctx.body = response.body && Readable.from(response.body);
}
