import { Problem } from '@star-graph/core/errors';
import { type AuthenticateDeps, authenticate } from '@star-graph/core/identity/authenticate';
import type { ApiMiddleware } from '../apiContext.ts';
import type { RateLimits } from '../limits/rateLimits.ts';

const bearerPattern = /^Bearer +(\S+)$/i;

/**
 * Finds out who asks. Nobody is an answer too; a credential that does not work is not: a client that believes to be
 * signed in has to learn that it is not. Failures count against the address. Routes where it makes no difference who
 * asks go without: a client that sends its token with everything has to be able to refresh one that has expired.
 */
export function authenticateRequest(deps: AuthenticateDeps & { rateLimits: RateLimits }): ApiMiddleware {
  return async (ctx, next) => {
    const authorization = ctx.get('authorization');
    const actFor = ctx.get('star-graph-act-for') || undefined;
    if (authorization === '') {
      if (actFor !== undefined)
        throw new Problem('unauthenticated', 'Star-Graph-Act-For needs a service key as Bearer.');
      return next();
    }
    const [, bearer] = bearerPattern.exec(authorization) ?? [];
    try {
      if (bearer === undefined)
        throw new Problem('unauthenticated', 'Send Authorization: Bearer and an access token or an API key.');
      const credential = { bearer, ...(actFor === undefined ? {} : { actFor }) };
      ctx.state.caller = await authenticate(deps, credential);
      ctx.state.credential = credential;
    } catch (error) {
      // Who is new at a full bound came through a key that works, whose own requests share its address.
      if (error instanceof Problem && error.code !== 'rate-limited')
        await deps.rateLimits.countAddress(ctx.state.address);
      throw error;
    }
    return next();
  };
}
