import type { Readmission } from '@star-graph/core/identity/readmission';
import type { ApiMiddleware } from '../apiContext.ts';
import type { RateLimits } from '../limits/rateLimits.ts';

/**
 * Counts a request against its person, unless its readmission has; without a person, or for a service key alone, against
 * its address.
 */
export function limitRate(deps: {
  rateLimits: RateLimits;
  readmission: Pick<Readmission, 'remember'>;
}): ApiMiddleware {
  return async (ctx, next) => {
    const { caller, credential, trace, address } = ctx.state;
    if (!caller || caller.kind === 'service') await deps.rateLimits.countAddress(address);
    else if (trace) {
      await deps.rateLimits.countUser(caller.account.id);
      if (credential) deps.readmission.remember(credential, caller, trace);
    }
    await next();
  };
}
