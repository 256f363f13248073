import { Problem } from '@star-graph/core/ground/errors';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { LimitedUse, UsesLeft } from '@star-graph/core/people/identity/credentialCache';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { limitKeyOf } from '../middleware/clientAddress.ts';
import { count, createBurstLimiter, createLimiter, type LimiterDeps } from './limiter.ts';

export interface RateLimits {
  /** Counts a request of this minute. @throws Problem `rate-limited`. */
  countUser(userId: string): Promise<UsesLeft>;
  /** The same for who is no person. @throws Problem `rate-limited`. */
  countAddress(address: string): Promise<UsesLeft>;
  /** What `countUser` counts, for others to count. */
  useOf(userId: string): LimitedUse;
  /** Counts a request of this second. @throws Problem `rate-limited`. */
  countBurst(by: BurstOrigin): Promise<void>;
  readonly policy: { perMinute: number; burstOf(by: BurstOrigin): number };
}

/** Who makes a request: an address only where it is nobody else. */
export interface BurstOrigin {
  userId?: string;
  keyId?: string;
  address?: string;
}

interface RateLimitConfig {
  /** Read by each request. */
  requestsPerMinute: () => number;
  /** Of all callers together, of one person, of one address, of one key. */
  requestsPerSecond: { inAll: number; perUser: number; perAddress: number; perKey: number };
  /** Bounds the delayed refusals, each of which holds its connection; further ones come at once. */
  heldBack: number;
}

/**
 * A client that repeats as soon as it is answered sends one request in this time on each connection, which costs
 * others little.
 */
const refusalDelayMs = 1_000;

/**
 * Counts requests: those of a minute in Redis, for all processes together; those of a second in this process, which a
 * burst would keep from its other clients. Refusals are delayed, so that a flood waits instead of keeping the process
 * busy.
 */
export function createRateLimits(deps: LimiterDeps & { clock: Clock }, config: RateLimitConfig): RateLimits {
  const createMinute = (points: number) =>
    createLimiter(deps, {
      name: 'requests',
      points,
      durationSeconds: minuteSeconds,
      refusesFromMemory: true,
    });
  let minute = createMinute(config.requestsPerMinute());
  // The counts are in Redis and go on. What this process refuses from memory is of the old limit, and is forgotten.
  const readMinute = () => {
    if (minute.points !== config.requestsPerMinute()) minute = createMinute(config.requestsPerMinute());
    return minute;
  };
  let waiting = 0;
  async function countRequest(by: RateLimiterAbstract, key: string, detail: string): Promise<UsesLeft> {
    try {
      return await count(by, key, detail);
    } catch (error) {
      if (error instanceof Problem && waiting < config.heldBack) {
        waiting += 1;
        await deps.clock.sleep(refusalDelayMs);
        waiting -= 1;
      }
      throw error;
    }
  }

  const countOfMinute = (key: string) => {
    const by = readMinute();
    return countRequest(by, key, `More than ${by.points} requests in a minute. Wait before the next one.`);
  };

  const { inAll, perUser, perAddress, perKey } = config.requestsPerSecond;
  const bursts = {
    all: createBurstLimiter('second-all', inAll),
    user: createBurstLimiter('second-user', perUser),
    address: createBurstLimiter('second-address', perAddress),
    key: createBurstLimiter('second-key', perKey),
  };
  const burst = (by: RateLimiterAbstract, key: string) =>
    countRequest(by, key, `More than ${by.points} requests in a second. Send them one after the other.`);

  return {
    countUser: (userId) => countOfMinute(userKey(userId)),
    useOf: (userId) => ({
      limit: config.requestsPerMinute(),
      seconds: minuteSeconds,
      key: minute.getKey(userKey(userId)),
    }),
    countAddress: (address) => countOfMinute(`address:${limitKeyOf(address)}`),
    async countBurst({ userId, keyId, address }) {
      // The narrow ones first: what they refuse takes no place from others.
      if (keyId !== undefined) await burst(bursts.key, keyId);
      if (userId !== undefined) await burst(bursts.user, userId);
      if (address !== undefined) await burst(bursts.address, limitKeyOf(address));
      await burst(bursts.all, 'all');
    },
    policy: {
      get perMinute() {
        return config.requestsPerMinute();
      },
      burstOf: ({ userId, keyId, address }) =>
        Math.min(
          inAll,
          userId === undefined ? inAll : perUser,
          keyId === undefined ? inAll : perKey,
          address === undefined ? inAll : perAddress,
        ),
    },
  };
}

const minuteSeconds = 60;

const userKey = (userId: string): string => `user:${userId}`;
