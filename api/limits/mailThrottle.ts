import { createHash } from 'node:crypto';
import { limitKeyOf } from '../middleware/clientAddress.ts';
import { count, createLimiter, type LimiterDeps } from './limiter.ts';

const windowSeconds = 3_600;
const perAddress = 5;
const perNetwork = 20;
const refused = 'Too many messages were asked for. Wait an hour before the next one.';

export interface MailThrottle {
  /**
   * Counts a message, also to an address that nobody has.
   * @param email where it goes. @param address where the request comes from.
   * @throws Problem `rate-limited`.
   */
  countMessage(email: string, address: string): Promise<void>;
}

/** Bounds the messages that one mailbox gets, and those that one network has sent. */
export function createMailThrottle(deps: LimiterDeps): MailThrottle {
  const limiter = (name: string, points: number) =>
    createLimiter(deps, { name, points, durationSeconds: windowSeconds, refusesFromMemory: false });
  const byNetwork = limiter('mail-network', perNetwork);
  const byAddress = limiter('mail-address', perAddress);
  return {
    async countMessage(email, address) {
      await count(byNetwork, limitKeyOf(address), refused);
      // Redis learns no address.
      await count(byAddress, createHash('sha256').update(email).digest('base64url'), refused);
    },
  };
}
