import type { InviteThrottle } from '@star-graph/core/people/identity/useInvite';
import { limitKeyOf, networkKeyOf } from '../middleware/clientAddress.ts';
import { count, createLimiter, type LimiterDeps } from './limiter.ts';

const windowSeconds = 15 * 60;
/** Of the one who tries: a person, or an address that registers. */
const perPerson = 10;
const perNetwork = 30;
const refused = 'Too many wrong codes. Wait a quarter of an hour before the next one.';

export interface VoucherThrottle {
  /** Counts a try. @throws Problem `rate-limited`. */
  countTry(userId: string, address: string): Promise<void>;
  /** After a right code. */
  takeBack(userId: string, address: string): Promise<void>;
}

/** Slows down who tries codes: accounts cost nothing, so their network is counted too. */
export function createVoucherThrottle(deps: LimiterDeps): VoucherThrottle {
  const limiter = (name: string, points: number) =>
    createLimiter(deps, { name, points, durationSeconds: windowSeconds, refusesFromMemory: false });
  const byPerson = limiter('voucher-person', perPerson);
  const byNetwork = limiter('voucher-network', perNetwork);
  return {
    async countTry(userId, address) {
      await count(byPerson, userId, refused);
      await count(byNetwork, limitKeyOf(address), refused);
    },
    async takeBack(userId, address) {
      await Promise.all([byPerson.reward(userId, 1), byNetwork.reward(limitKeyOf(address), 1)]);
    },
  };
}

/** The same for who tries codes to register. */
export function createInviteThrottle(deps: LimiterDeps): InviteThrottle {
  const limiter = (name: string, points: number) =>
    createLimiter(deps, { name, points, durationSeconds: windowSeconds, refusesFromMemory: false });
  const byAddress = limiter('invite-address', perPerson);
  const byNetwork = limiter('invite-network', perNetwork);
  return {
    async countTry(address) {
      await count(byAddress, limitKeyOf(address), refused);
      await count(byNetwork, networkKeyOf(address), refused);
    },
    async takeBack(address) {
      await Promise.all([
        byAddress.reward(limitKeyOf(address), 1),
        byNetwork.reward(networkKeyOf(address), 1),
      ]);
    },
  };
}
