import { hashSecret } from '@star-graph/core/ground/encryption/secrets';
import { Problem } from '@star-graph/core/ground/errors';
import type { SignInThrottle } from '@star-graph/core/people/identity/accounts/accounts';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { limitKeyOf } from '../middleware/clientAddress.ts';
import { count, createLimiter, type LimiterDeps } from './limiter.ts';

/** Allowed failures in a quarter of an hour. */
interface SignInLimits {
  /** Of one name from one network: then it is locked there. */
  perPair: number;
  /** Of all names from one network: then the network is locked for all of them. */
  perNetwork: number;
  /** Of one name from all networks: then it is slowed. */
  perName: number;
  /** While a name is slowed, all networks from which it never signed in share one try in this time. */
  paceSeconds: number;
}

export const defaultSignInLimits: SignInLimits = {
  perPair: 10,
  perNetwork: 30,
  perName: 20,
  paceSeconds: 10,
};

type ThrottleDeps = LimiterDeps & {
  log: Logger;
  /** Told of the first refusal of a lock. */
  noteLock(lock: { username: string; address: string }): Promise<void>;
};

const windowSeconds = 15 * 60;
const rememberedSeconds = 90 * 24 * 3600;
const locked =
  'Too many failed sign-ins from your network. Wait a quarter of an hour, or ask an administrator for a new password.';
const slowed = 'Many wrong passwords are tried on this account just now. Try again in a few seconds.';

/**
 * Guessing is slow and locks no one else out. Wrong passwords lock a name for the network that sends them. When many
 * networks try one name, it is slowed for all except those from which it signed in before: its owner is there. So 110
 * guesses fit into a quarter of an hour, from any number of networks. It makes no difference whether the name exists.
 */
export function createSignInThrottle(
  deps: ThrottleDeps,
  limits: SignInLimits = defaultSignInLimits,
): SignInThrottle {
  const limiter = (name: string, points: number, durationSeconds = windowSeconds) =>
    createLimiter(deps, { name: `sign-in-${name}`, points, durationSeconds, refusesFromMemory: false });
  const byNetwork = limiter('network', limits.perNetwork);
  const byPair = limiter('pair', limits.perPair);
  const byName = limiter('account', limits.perName);
  const pace = limiter('pace', 1, limits.paceSeconds);
  const known = createKnownNetworks(deps);
  const tell = createTeller(deps);

  async function takeBack(username: string, address: string): Promise<void> {
    const { name, network, pair } = keysOf(username, address);
    await Promise.all([byName.reward(name, 1), byNetwork.reward(network, 1), byPair.reward(pair, 1)]);
  }

  return {
    async countTry(username, address) {
      const { name, network, pair } = keysOf(username, address);
      const typed = { username, address };
      await tell(typed, 'network', count(byNetwork, network, locked));
      await tell(typed, 'name in a network', count(byPair, pair, locked));
      const isOver = await isRefused(count(byName, name, slowed));
      if (!isOver || (await known.has(pair))) return;
      try {
        await tell(typed, 'name', count(pace, name, slowed));
      } catch (error) {
        // No password was checked. The network's count stays: it bounds repeated tries.
        await byPair.reward(pair, 1);
        throw error;
      }
    },
    takeBack,
    async succeed(username, address) {
      await Promise.all([takeBack(username, address), known.add(keysOf(username, address).pair)]);
    },
  };
}

/** Tells operators of a lock, once in its time: a line for each try would be the attacker's to write. */
function createTeller({ log, noteLock }: Pick<ThrottleDeps, 'log' | 'noteLock'>) {
  const untold = new RateLimiterMemory({ points: 1, duration: windowSeconds });
  return async (
    typed: { username: string; address: string },
    locks: string,
    counting: Promise<unknown>,
  ): Promise<void> => {
    if (!(await isRefused(counting))) return;
    const network = limitKeyOf(typed.address);
    const isFirst = await untold.consume(`${locks} ${network}`).then(
      () => true,
      () => false,
    );
    if (isFirst) {
      log.warn({ network, locks }, 'sign-ins are locked: too many failed');
      await noteLock(typed).catch((err: unknown) => log.error({ err }, 'a lock of sign-ins was not noted'));
    }
    await counting;
  };
}

/** A typed name may be a password in the wrong field, so it is not kept readable. */
function keysOf(username: string, address: string): { name: string; network: string; pair: string } {
  const name = hashSecret(username);
  const network = limitKeyOf(address);
  return { name, network, pair: `${name} ${network}` };
}

/** @throws any error that is not a refusal. */
async function isRefused(counting: Promise<unknown>): Promise<boolean> {
  try {
    await counting;
    return false;
  } catch (error) {
    if (error instanceof Problem && error.code === 'rate-limited') return true;
    throw error;
  }
}

/** The networks from which a name signed in. Only Redis knows them: without it every network is strange for a while. */
function createKnownNetworks({ redis, prefix, log }: ThrottleDeps) {
  const keyOf = (pair: string) => `${prefix}signed-in:${hashSecret(pair)}`;
  return {
    async has(pair: string): Promise<boolean> {
      try {
        return (await redis.exists(keyOf(pair))) === 1;
      } catch (error) {
        log.warn({ err: error }, 'Redis does not answer: a sign-in counts as from a strange network');
        return false;
      }
    },
    async add(pair: string): Promise<void> {
      try {
        await redis.set(keyOf(pair), '1', 'EX', rememberedSeconds);
      } catch (error) {
        log.warn({ err: error }, 'Redis does not answer: the network of a sign-in is not remembered');
      }
    },
  };
}
