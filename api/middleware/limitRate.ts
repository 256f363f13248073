import type { ApiMiddleware } from '../apiContext.ts';
import type { RateLimits } from '../limits/rateLimits.ts';

/** Counts a request against its person; without a person, or for a service key alone, against its address. */
export function limitRate(deps: { rateLimits: RateLimits }): ApiMiddleware {
  return async (ctx, next) => {
    const { caller, address } = ctx.state;
    if (caller && caller.kind !== 'service') await deps.rateLimits.countUser(caller.account.id);
    else await deps.rateLimits.countAddress(address);
    await next();
  };
}
