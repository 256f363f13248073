import { Problem } from '@star-graph/core/ground/errors';
import type { Redis } from '@star-graph/core/ground/redis/createRedis';
import type { UsesLeft } from '@star-graph/core/people/identity/credentialCache';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { limitRefusals } from '../metrics.ts';

export interface LimiterDeps {
  redis: Redis;
  prefix: string;
}

interface Limit {
  name: string;
  points: number;
  durationSeconds: number;
  /**
   * Caches refusals until the window ends. Not for counts that can be taken back: the cache would go on refusing when
   * there is room again, and Redis would take back what it never counted.
   */
  refusesFromMemory: boolean;
}

/** The share of a limit for a process that counts alone: others count too, and Redis' counts are unknown. */
const shareAlone = 1 / 5;

/**
 * Counts in Redis for all processes together. While Redis is away each process counts alone, with a fifth of the
 * limit: up to five processes together allow no more than with Redis.
 */
export function createLimiter(deps: LimiterDeps, limit: Limit): RateLimiterRedis {
  const { name, points, durationSeconds, refusesFromMemory } = limit;
  const options = { keyPrefix: `${deps.prefix}limit:${name}`, points, duration: durationSeconds };
  const limiter = new RateLimiterRedis({
    ...options,
    storeClient: deps.redis,
    rejectIfRedisNotReady: true,
    ...(refusesFromMemory ? { inMemoryBlockOnConsumed: points + 1 } : {}),
    insuranceLimiter: new RateLimiterMemory({
      ...options,
      points: Math.max(1, Math.floor(points * shareAlone)),
    }),
  });
  names.set(limiter, name);
  return limiter;
}

/** Counts what one process takes in a second, in its memory. */
export function createBurstLimiter(name: string, points: number): RateLimiterMemory {
  const limiter = new RateLimiterMemory({ points, duration: 1 });
  names.set(limiter, name);
  return limiter;
}

/** The metrics call each limiter by this name. */
const names = new WeakMap<RateLimiterAbstract, string>();

export const countRefusal = (limiter: RateLimiterAbstract): void =>
  limitRefusals.inc({ limit: names.get(limiter) ?? 'other' });

/** @throws Problem `rate-limited`. */
export async function count(limiter: RateLimiterAbstract, key: string, detail: string): Promise<UsesLeft> {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(key, 1);
    return { remaining: remainingPoints, resetMs: msBeforeNext };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    countRefusal(limiter);
    throw new Problem('rate-limited', detail, {
      retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
    });
  }
}
