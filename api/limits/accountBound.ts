import { Problem } from '@star-graph/core/ground/errors';
import type { AccountBound, AccountOrigin } from '@star-graph/core/people/identity/accounts/accounts';
import { type RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { isLoopback, limitKeyOf, networkKeyOf } from '../middleware/clientAddress.ts';
import { countRefusal, createLimiter, type LimiterDeps } from './limiter.ts';

export interface AccountLimits {
  /** Registrations from one address a day; of IPv6 from one /64. */
  perAddress: number;
  /** The same from one network: an IPv4 /24, an IPv6 /48. */
  perNetwork: number;
  /** First uses through one service key an hour. */
  perServiceKey: number;
  /** The address at which people reach the API. If that is this machine alone, its own user is not bounded. */
  publicUrl: string;
}

const daySeconds = 24 * 3_600;
const hourSeconds = 3_600;

interface Count {
  limiter: RateLimiterRedis;
  key: string;
}

/**
 * Counts in Redis for all processes together. While Redis is away, each process counts alone, to a lower bound. A try
 * counts from its start, so simultaneous tries cannot get around the bound.
 */
export function createAccountBound(deps: LimiterDeps, limits: AccountLimits): AccountBound {
  // Counts can be taken back: a try that made no account makes room again.
  const limiter = (name: string, points: number, durationSeconds: number) =>
    createLimiter(deps, { name, points, durationSeconds, refusesFromMemory: false });
  const byAddress = limiter('register-address', limits.perAddress, daySeconds);
  const byNetwork = limiter('register-network', limits.perNetwork, daySeconds);
  const byKey = limiter('first-uses', limits.perServiceKey, hourSeconds);
  // Otherwise an address of this machine belongs to an untrusted proxy, and stands for everybody.
  const isLocal = URL.canParse(limits.publicUrl) && isLoopback(new URL(limits.publicUrl).hostname);
  const countsOf = (origin: AccountOrigin): Count[] => {
    if (!('address' in origin)) return [{ limiter: byKey, key: origin.apiKeyId }];
    const { address } = origin;
    if (isLocal && isLoopback(address)) return [];
    return [
      { limiter: byAddress, key: limitKeyOf(address) },
      { limiter: byNetwork, key: networkKeyOf(address) },
    ];
  };
  return {
    async within(origin, make) {
      const counts = countsOf(origin);
      await consume(counts, origin);
      try {
        const made = await make();
        if (made === undefined) await takeBack(counts);
        return made;
      } catch (error) {
        // After any other fault the account may exist.
        if (error instanceof Problem) await takeBack(counts);
        throw error;
      }
    },
  };
}

async function consume(counts: readonly Count[], origin: AccountOrigin): Promise<void> {
  for (const [at, { limiter, key }] of counts.entries()) {
    try {
      await limiter.consume(key);
    } catch (refusal) {
      // The refused try was counted too, and makes no account.
      await takeBack(counts.slice(0, at + 1));
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      countRefusal(limiter);
      throw new Problem('rate-limited', refusalOf(origin), {
        retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)),
      });
    }
  }
}

const refusalOf = (origin: AccountOrigin): string =>
  'address' in origin
    ? 'As many accounts as are allowed in a day were made from your network. Try again tomorrow, or ask an administrator for an account.'
    : 'More new people than are allowed in an hour came at once. Try again later.';

async function takeBack(counts: readonly Count[]): Promise<void> {
  await Promise.all(counts.map(({ limiter, key }) => limiter.reward(key)));
}
