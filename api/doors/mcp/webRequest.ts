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
  ctx.body = response.body && Readable.from(response.body);
  // After the body, since Koa makes 204 of what has none: the protocol wants 202 for a notification.
  ctx.status = response.status;
  for (const [name, value] of response.headers) ctx.set(name, value);
  ctx.set({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
}
