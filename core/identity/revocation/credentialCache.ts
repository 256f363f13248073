import type { Logger } from 'pino';
import type { Redis } from '../../redis/createRedis.ts';
import type { Clock } from '../../runtime/clock.ts';
import {
  bypassMark,
  type CredentialName,
  credentialKey,
  entryLifeSeconds,
  slowestReadMs,
} from './revocations.ts';

export interface CredentialCache {
  /** The answer of `load` for the credential, perhaps from a moment ago; undefined for one that does not work. */
  read<Entry extends object>(
    credential: CredentialName,
    load: () => Promise<Entry | undefined>,
  ): Promise<Entry | undefined>;
}

/** After Redis failed to answer, the database is asked directly for this long, so that a frozen Redis costs one wait. */
const avoidRedisMs = 2_000;
const absent = 'null';

/**
 * Redis in front of MySQL for credentials, which every request reads.
 *
 * An entry is written only where there is none, and a change of a credential leaves a mark in its place before the
 * change is answered. So a reader that read the database before the change cannot put its old answer back.
 */
export function createCredentialCache(deps: {
  redis: Redis;
  prefix: string;
  clock: Pick<Clock, 'monotonicMs'>;
  log: Logger;
}): CredentialCache {
  let avoidUntilMs = 0;
  const ask = async <Answer>(command: () => Promise<Answer>): Promise<Answer | undefined> => {
    if (deps.clock.monotonicMs() < avoidUntilMs) return undefined;
    try {
      return await command();
    } catch (error) {
      avoidUntilMs = deps.clock.monotonicMs() + avoidRedisMs;
      deps.log.warn({ err: error }, 'Redis does not answer: credentials are read from the database');
      return undefined;
    }
  };

  return {
    async read<Entry extends object>(credential: CredentialName, load: () => Promise<Entry | undefined>) {
      const key = credentialKey(deps.prefix, credential);
      const stored = await ask(() => deps.redis.get(key));
      if (typeof stored === 'string' && stored !== bypassMark)
        return stored === absent ? undefined : (JSON.parse(stored) as Entry);
      const startedMs = deps.clock.monotonicMs();
      const entry = await load();
      const isFresh = deps.clock.monotonicMs() - startedMs < slowestReadMs;
      if (stored === null && isFresh)
        await ask(() =>
          deps.redis.set(key, entry ? JSON.stringify(entry) : absent, 'EX', entryLifeSeconds, 'NX'),
        );
      return entry;
    },
  };
}
