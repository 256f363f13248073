import { limitKeyOf, networkKeyOf } from '../middleware/clientAddress.ts';
import { count, createLimiter, type LimiterDeps } from './limiter.ts';

const windowSeconds = 3_600;
/** A program registers once and keeps its id. */
const perAddress = 20;
/** In the week that an unused registration lives, one network stays below the number that there may be. */
const perNetwork = 50;
const refused = 'Too many programs were registered from here. Wait an hour before the next one.';

export interface ProgramThrottle {
  /** Counts a registration. @throws Problem `rate-limited`. */
  countRegistration(address: string): Promise<void>;
}

/** Slows down who registers programs, which needs no account. */
export function createProgramThrottle(deps: LimiterDeps): ProgramThrottle {
  const limiter = (name: string, points: number) =>
    createLimiter(deps, { name, points, durationSeconds: windowSeconds, refusesFromMemory: true });
  const byAddress = limiter('program-address', perAddress);
  const byNetwork = limiter('program-network', perNetwork);
  return {
    async countRegistration(address) {
      await count(byAddress, limitKeyOf(address), refused);
      await count(byNetwork, networkKeyOf(address), refused);
    },
  };
}
