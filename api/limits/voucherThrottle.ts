import { limitKeyOf } from '../middleware/clientAddress.ts';
import { count, createLimiter, type LimiterDeps } from './limiter.ts';

const windowSeconds = 15 * 60;
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
