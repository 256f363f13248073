import { Problem } from '@star-graph/core/errors';
import type { LimitedUse } from '@star-graph/core/identity/revocation/credentialCache';
import type { Redis } from '@star-graph/core/redis/createRedis';
import type { Clock } from '@star-graph/core/runtime/clock';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { limitKeyOf } from '../middleware/clientAddress.ts';

export interface RateLimits {
  /** @throws Problem `rate-limited`. */
  countUser(userId: string): Promise<void>;
  /** @throws Problem `rate-limited`. */
  countAddress(address: string): Promise<void>;
  /** What `countUser` counts, for others to count. */
  useOf(userId: string): LimitedUse;
}

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

/**
 * Counts in Redis for all processes together. While Redis is away each process counts alone: the limit is then
 * looser, but never absent.
 */
export function createLimiter(deps: LimiterDeps, limit: Limit): RateLimiterRedis {
  const { name, points, durationSeconds, refusesFromMemory } = limit;
  const options = { keyPrefix: `${deps.prefix}limit:${name}`, points, duration: durationSeconds };
  return new RateLimiterRedis({
    ...options,
    storeClient: deps.redis,
    rejectIfRedisNotReady: true,
    ...(refusesFromMemory ? { inMemoryBlockOnConsumed: points + 1 } : {}),
    insuranceLimiter: new RateLimiterMemory(options),
  });
}

/**
 * A client that repeats as soon as it is answered sends one request in this time on each connection, which costs
 * others little.
 */
const refusalDelayMs = 1_000;

/**
 * Counts requests a minute. Refusals are delayed, so that a flood waits instead of keeping the process busy.
 * @param config `heldBack` bounds the delayed refusals, each of which holds its connection; further ones come at
 * once.
 */
export function createRateLimits(
  deps: LimiterDeps & { clock: Clock },
  config: { requestsPerMinute: number; heldBack: number },
): RateLimits {
  const minute = { limit: config.requestsPerMinute, seconds: 60 };
  const limiter = createLimiter(deps, {
    name: 'requests',
    points: minute.limit,
    durationSeconds: minute.seconds,
    refusesFromMemory: true,
  });
  const detail = `More than ${config.requestsPerMinute} requests in a minute. Wait before the next one.`;
  let waiting = 0;
  async function countRequest(key: string): Promise<void> {
    try {
      await count(limiter, key, detail);
    } catch (error) {
      if (error instanceof Problem && waiting < config.heldBack) {
        waiting += 1;
        await deps.clock.sleep(refusalDelayMs);
        waiting -= 1;
      }
      throw error;
    }
  }
  return {
    countUser: (userId) => countRequest(userKey(userId)),
    useOf: (userId) => ({ ...minute, key: limiter.getKey(userKey(userId)) }),
    countAddress: (address) => countRequest(`address:${limitKeyOf(address)}`),
  };
}

const userKey = (userId: string): string => `user:${userId}`;

/** @throws Problem `rate-limited`. */
export async function count(limiter: RateLimiterRedis, key: string, detail: string): Promise<void> {
  try {
    await limiter.consume(key, 1);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new Problem('rate-limited', detail, {
      retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
    });
  }
}
