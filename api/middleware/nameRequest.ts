import { newId } from '@star-graph/core/runtime/ids';
import type { Logger } from 'pino';
import type { ApiMiddleware } from '../apiContext.ts';

/** Gives each request an id, and logs one line when it is answered: who, what, how long; no body, no credential. */
export function nameRequest(deps: {
  log: Logger;
  clientAddress: (peer: string | undefined, forwardedFor: string | undefined) => string;
}): ApiMiddleware {
  return async (ctx, next) => {
    const startedMs = performance.now();
    const requestId = newId();
    ctx.state.requestId = requestId;
    ctx.state.address = deps.clientAddress(
      ctx.req.socket.remoteAddress,
      ctx.get('x-forwarded-for') || undefined,
    );
    ctx.state.log = deps.log.child({ requestId });
    ctx.set('X-Request-Id', requestId);
    await next();
    const { caller } = ctx.state;
    ctx.state.log.info(
      {
        method: ctx.method,
        route: ctx.state.routePath,
        status: ctx.status,
        durationMs: Math.round(performance.now() - startedMs),
        address: ctx.state.address,
        userId: caller && caller.kind !== 'service' ? caller.account.id : undefined,
      },
      'request',
    );
  };
}
