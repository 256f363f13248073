import compress from 'koa-compress';
import type { ApiMiddleware } from '../apiContext.ts';

/** Less fits into a packet or three. */
const threshold = 4_096;
const nothing = async (): Promise<void> => undefined;

/**
 * Lists in JSON, for lines that are slower than a processor: the catalogue is a seventh of its size. What is read has
 * its token in a header, which no foreign page can send, so no page can measure what it made another answer hold.
 */
export function compressAnswers(): ApiMiddleware {
  const middleware = compress({ filter: (type) => /^application\/(problem\+)?json\b/.test(type), threshold });
  return async (ctx, next) => {
    if (ctx.method !== 'GET') return next();
    ctx.vary('Accept-Encoding');
    await next();
    if ((ctx.length ?? 0) >= threshold) await middleware(ctx, nothing);
  };
}
