import type { Redis } from '../../ground/redis/createRedis.ts';
import { parseRedisAddress } from '../../ground/redis/redisAddress.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { describeOffset, judgeOffset, measureOffset } from './clockOffset.ts';
import { type Finding, finding } from './findings.ts';
import type { Check, CheckResult } from './runChecks.ts';
import { isOlder } from './versions.ts';

interface RedisCheckDeps {
  clock: Clock;
  redis: Redis;
  url: string;
  prefix: string;
}

const oldest = '7.0';
const shortShare = 0.9;

export const redisCheck = (deps: RedisCheckDeps): Check => ({
  name: 'redis',
  limitMs: 15_000,
  async run() {
    try {
      await deps.redis.ping();
    } catch (error) {
      return { summary: '', findings: [unreachable(deps.url, error)] };
    }
    return look(deps);
  },
});

function unreachable(url: string, error: unknown): Finding {
  const host = parseRedisAddress(url).hosts.join(', ');
  const why = error instanceof Error ? error.message : String(error);
  if (/^(WRONGPASS|NOAUTH|ERR AUTH)/.test(why))
    return finding(
      'redis-unreachable',
      `The Redis at ${host} refuses the user or the password.`,
      'Set REDIS_URL to redis://user:password@host:port/db, without "user" where there is none.',
    );
  return finding(
    'redis-unreachable',
    `No Redis answers at ${host} (${why.replace(/\.$/, '')}).`,
    'Start it there, or correct REDIS_URL.',
  );
}

async function look({ clock, redis, url, prefix }: RedisCheckDeps): Promise<CheckResult> {
  const info = parseInfo(await redis.info());
  const offsetMs = await measureOffset({ clock }, async () => {
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1_000 + Number(micros) / 1_000;
  });
  const version = info.redis_version ?? '';
  const findings = [
    ...(isOlder(version, oldest)
      ? [
          finding(
            'redis-old',
            `The server is Redis ${version}; ${oldest} or newer is needed.`,
            'Upgrade the server.',
          ),
        ]
      : []),
    ...judgeMemory(info),
    ...judgePassword(url),
    ...judgeOffset('Redis', offsetMs),
    ...(await tryCommands(redis, prefix)),
  ];
  return { summary: `Redis ${version}, ${info.maxmemory_policy}, ${describeOffset(offsetMs)}`, findings };
}

const parseInfo = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name, value]));

function judgeMemory(info: Readonly<Record<string, string>>): Finding[] {
  const found: Finding[] = [];
  const policy = info.maxmemory_policy;
  if (policy !== undefined && policy !== 'noeviction')
    found.push(
      finding(
        'redis-evicts',
        `maxmemory-policy is ${policy}: when memory is full, Redis drops limits, locks and events of people without a word.`,
        'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf. Give caches of other programs a Redis of their own.',
      ),
    );
  const [most, used] = [Number(info.maxmemory ?? 0), Number(info.used_memory ?? 0)];
  if (most > 0 && used > most * shortShare)
    found.push(
      finding(
        'redis-memory-short',
        `Redis uses ${Math.round((used * 100) / most)} % of the memory that it may use, and refuses writes at 100 %.`,
        'Raise maxmemory, or find out what else writes there.',
      ),
    );
  return found;
}

function judgePassword(url: string): Finding[] {
  const { hosts, password } = parseRedisAddress(url);
  const far = hosts.filter((host) => !/^(localhost|127\.|\[::1\]|::1:)/.test(host));
  if (password !== undefined || far.length === 0) return [];
  return [
    finding(
      'redis-without-password',
      `Everybody who reaches ${far.join(', ')} can read and write this Redis: it has no password.`,
      'Set requirepass or an ACL user, and put it into REDIS_URL.',
    ),
  ];
}

/** What the processes use, on a key that nobody reads. A user of an ACL, or a full disk, may refuse it. */
async function tryCommands(redis: Redis, prefix: string): Promise<Finding[]> {
  const key = `${prefix}doctor:${newId()}`;
  const commands: readonly [string, () => Promise<unknown>][] = [
    ['SET', () => redis.set(key, '1', 'EX', 60)],
    ['EVAL', () => redis.eval("return redis.call('GET', KEYS[1])", 1, key)],
    ['PUBLISH', () => redis.publish(key, '1')],
    ['XADD', () => redis.xadd(`${key}:stream`, 'MAXLEN', '1', '*', 'a', '1')],
    ['DEL', () => redis.del(key, `${key}:stream`)],
  ];
  const refused: string[] = [];
  for (const [name, send] of commands)
    await send().catch((error: unknown) =>
      refused.push(`${name} (${error instanceof Error ? error.message.replace(/\.$/, '') : error})`),
    );
  if (refused.length === 0) return [];
  return [
    finding(
      'redis-refuses',
      `Redis refuses commands that the processes need: ${refused.join('; ')}.`,
      `Let the user of REDIS_URL run all commands on ~${prefix}* and &${prefix}*. MISCONF means that Redis cannot save: free its disk, or set save "" since it needs no persistence. OOM means that its memory is full.`,
    ),
  ];
}
