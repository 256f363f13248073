import { Problem } from '@star-graph/core/ground/errors';
import type { Caller } from '@star-graph/core/people/identity/caller';
import type { Readmission } from '@star-graph/core/people/identity/readmission';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';
import type { BurstOrigin, RateLimits } from '../limits/rateLimits.ts';

/**
 * Counts a request against its person, unless its readmission has; without a person, or for a service key alone, against
 * its address. The answer says what is left, in the headers of draft-ietf-httpapi-ratelimit-headers-10.
 */
export function limitRate(deps: {
  rateLimits: RateLimits;
  readmission: Pick<Readmission, 'remember'>;
}): ApiMiddleware {
  const { rateLimits } = deps;
  async function countMinute({ state }: ApiContext) {
    const { caller, credential, trace, address, uses } = state;
    if (!caller || caller.kind === 'service') return rateLimits.countAddress(address);
    if (uses) return uses;
    const left = await rateLimits.countUser(caller.account.id);
    if (credential && trace) deps.readmission.remember(credential, caller, trace);
    return left;
  }
  return async (ctx, next) => {
    const origin = originOf(ctx.state.caller, ctx.state.address);
    const { perMinute, burstOf } = rateLimits.policy;
    ctx.set('RateLimit-Policy', `"minute";q=${perMinute};w=60, "second";q=${burstOf(origin)};w=1`);
    await naming(ctx, 'second', rateLimits.countBurst(origin));
    const { remaining, resetMs } = await naming(ctx, 'minute', countMinute(ctx));
    ctx.set('RateLimit', `"minute";r=${remaining};t=${Math.ceil(resetMs / 1_000)}`);
    await next();
  };
}

/** Names the limit that a refusal comes from. */
async function naming<Answer>(ctx: ApiContext, limit: string, counting: Promise<Answer>): Promise<Answer> {
  try {
    return await counting;
  } catch (error) {
    if (error instanceof Problem && error.retryAfterSeconds !== undefined)
      ctx.set('RateLimit', `"${limit}";r=0;t=${error.retryAfterSeconds}`);
    throw error;
  }
}

/**
 * A service key that acts for a person is nobody by itself here: thousands of people share it and its address, and each
 * of them is counted.
 */
export function originOf(caller: Caller | undefined, address: string): BurstOrigin {
  if (!caller) return { address };
  if (caller.kind === 'service') return { keyId: caller.apiKeyId };
  const userId = caller.account.id;
  return caller.kind === 'key' ? { userId, keyId: caller.apiKeyId } : { userId };
}
