import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Redis } from '../../ground/redis/createRedis.ts';
import { createRedisScript } from '../../ground/redis/redisScript.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
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
    trace?: CredentialTrace,
  ): Promise<Entry | undefined>;
  /**
   * Counts one of the limited uses, if all entries of a trace are still as they were read. Undefined: some are not, the
   * limit is reached, or Redis does not answer; then nothing is known, and the long way has to be taken.
   */
  confirm(trace: CredentialTrace, use: LimitedUse): Promise<UsesLeft | undefined>;
}

/** The entries in Redis that an answer rests on. */
export interface CredentialTrace {
  entries: { key: string; hash: string }[];
  /** False when the database was asked for some of them. */
  isWhole: boolean;
}

/** A counter that is set back some time after its first use. */
export interface LimitedUse {
  key: string;
  limit: number;
  seconds: number;
}

/** What a limit still allows, and when all of it is back. */
export interface UsesLeft {
  remaining: number;
  resetMs: number;
}

const confirmScript = createRedisScript(`
for i = 2, #KEYS do
  local entry = redis.call('GET', KEYS[i])
  if not entry or redis.sha1hex(entry) ~= ARGV[i + 1] then return nil end
end
local uses = redis.call('INCR', KEYS[1])
if uses == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
local left = tonumber(ARGV[1]) - uses
return left >= 0 and {left, redis.call('PTTL', KEYS[1])} or nil
`);

const hashOf = (entry: string): string => createHash('sha1').update(entry).digest('hex');

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
    async read<Entry extends object>(
      credential: CredentialName,
      load: () => Promise<Entry | undefined>,
      trace?: CredentialTrace,
    ) {
      const key = credentialKey(deps.prefix, credential);
      const stored = await ask(() => deps.redis.get(key));
      if (typeof stored === 'string' && stored !== bypassMark) {
        trace?.entries.push({ key, hash: hashOf(stored) });
        return stored === absent ? undefined : (JSON.parse(stored) as Entry);
      }
      if (trace) trace.isWhole = false;
      const startedMs = deps.clock.monotonicMs();
      const entry = await load();
      const isFresh = deps.clock.monotonicMs() - startedMs < slowestReadMs;
      if (stored === null && isFresh)
        await ask(() =>
          deps.redis.set(key, entry ? JSON.stringify(entry) : absent, 'EX', entryLifeSeconds, 'NX'),
        );
      return entry;
    },
    async confirm({ entries }, { key, limit, seconds }) {
      const keys = [key, ...entries.map((entry) => entry.key)];
      const args = [limit, seconds, ...entries.map(({ hash }) => hash)];
      const answer = await ask(() => confirmScript(deps.redis, keys, args));
      if (!Array.isArray(answer)) return undefined;
      const [remaining, resetMs] = answer.map(Number);
      return { remaining: remaining ?? 0, resetMs: resetMs ?? 0 };
    },
  };
}
