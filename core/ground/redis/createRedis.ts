import { Redis as IoRedis, type RedisOptions } from 'ioredis';
import { defineGauge } from '../telemetry/define.ts';
import { parseRedisAddress } from './redisAddress.ts';
import { sentinelOptions } from './sentinel.ts';

interface RedisConfig {
  /** Of a server, or of Sentinels: `RedisAddress`. */
  url: string;
  /**
   * - `commands` (default): every command is answered or fails within `commandTimeoutMs`;
   * - `subscriber`: the same, for a connection in subscriber mode; its owner subscribes again on each `ready`;
   * - `queue`: for bee-queue, which blocks on purpose and must never see a command given up: without time-out.
   */
  purpose?: 'commands' | 'subscriber' | 'queue';
  /** After this long a command is given up: Redis is frozen or far away. Default 2,000. */
  commandTimeoutMs?: number;
  /** Connection faults; the commands they hit are rejected besides. */
  onError?: (error: Error) => void;
}

/** What ioredis 6.0 sends by itself after a reconnect, without looking at the answer. */
const repeatedAlone = new Set(['subscribe', 'psubscribe', 'select']);

type Command = Parameters<IoRedis['sendCommand']>[0];
/** A command that waits for the connection is sent twice. */
const timed = new WeakSet<Command>();

/**
 * In place of the method of ioredis, which gives up at once. A process that stood still for that long meets its timers
 * before the answers that have come meanwhile: these are read first.
 */
function giveUpLater(this: Command, ms: number): void {
  if (timed.has(this)) return;
  timed.add(this);
  const giveUp = () => {
    if (!this.isSettled) this.reject(new Error('Command timed out'));
  };
  const timer = setTimeout(() => setImmediate(giveUp), ms);
  const stop = () => clearTimeout(timer);
  this.promise.then(stop, stop);
}

/**
 * ioredis calls its own class `EventEmitter`; bee-queue 2.0 recognises a client only by the class name `Redis` and
 * otherwise connects to 127.0.0.1:6379 without a word.
 */
export class Redis extends IoRedis {
  /** If the connection is closed before such an answer, that must not end the process: nobody has the promise. */
  override sendCommand(...call: Parameters<IoRedis['sendCommand']>): unknown {
    const [command] = call;
    command.setTimeout = giveUpLater;
    if (repeatedAlone.has(command.name)) command.promise.catch(() => undefined);
    return super.sendCommand(...call);
  }
}

/** The connections that bee-queue makes for itself are of this class too. The declared type allows no method for it. */
const duplicate: IoRedis['duplicate'] = function (this: Redis, change) {
  const { replyMapping: _legacy, ...options }: RedisOptions = { ...this.options, ...change };
  return new Redis(options) as never;
};
Object.assign(Redis.prototype, { duplicate });

const reconnectDelayMs = (tries: number): number => Math.min(50 * 2 ** Math.min(tries, 5), 1_000);

/**
 * What a master says that has become a replica. It has not done what it was asked, and never will: the master is to be
 * found anew, by its name or by the Sentinels.
 */
const isDemoted = ({ message }: Error): boolean => /\bREADONLY\b|^UNBLOCKED\b/.test(message);

/**
 * A client that reconnects for ever. While Redis is away, commands wait for the next try to connect (at most a
 * second) and then fail; while it is frozen they fail after `commandTimeoutMs`. Close with `redis.disconnect()`.
 */
export function createRedis(config: RedisConfig): Redis {
  const isQueue = config.purpose === 'queue';
  const address = parseRedisAddress(config.url);
  const options = {
    connectTimeout: 3_000,
    keepAlive: 5_000,
    // Longer than this no connection waits for the other side to end it as well.
    disconnectTimeout: 500,
    retryStrategy: reconnectDelayMs,
    reconnectOnError: isDemoted,
    // 0: a failed connection fails what waited for it. bee-queue wants null: its blocked call must survive.
    maxRetriesPerRequest: isQueue ? null : 0,
    // What several requests ask in one moment goes out in one write; a blocked or subscribed connection asks alone.
    enableAutoPipelining: (config.purpose ?? 'commands') === 'commands',
    autoResubscribe: isQueue,
    autoResendUnfulfilledCommands: isQueue,
    ...(isQueue ? {} : limits(config.commandTimeoutMs ?? 2_000)),
  };
  const redis =
    address.kind === 'server'
      ? new Redis(address.url, options)
      : new Redis({ ...options, ...sentinelOptions(address, reconnectDelayMs) });
  watchConnection(config.purpose ?? 'commands', redis);
  const onError = config.onError;
  redis.on('error', (error: Error) => onError?.(error));
  return redis;
}

/** Those that this process opened and has not closed for good. */
const connections = new Map<Redis, NonNullable<RedisConfig['purpose']>>();

function watchConnection(purpose: NonNullable<RedisConfig['purpose']>, redis: Redis): void {
  connections.set(redis, purpose);
  redis.once('end', () => connections.delete(redis));
}

defineGauge(
  {
    name: 'star_graph_redis_connections',
    help: 'Connections to Redis by purpose: ready, or not (connecting, or away)',
    labels: ['purpose', 'state'],
  },
  (gauge) => {
    gauge.reset();
    for (const [redis, purpose] of connections) {
      gauge.inc({ purpose, state: 'ready' }, redis.status === 'ready' ? 1 : 0);
      gauge.inc({ purpose, state: 'away' }, redis.status === 'ready' ? 0 : 1);
    }
  },
);

/** `socketTimeout` drops a connection whose server accepts bytes and answers none, so that the next one can work. */
const limits = (commandTimeoutMs: number) => ({
  commandTimeout: commandTimeoutMs,
  socketTimeout: commandTimeoutMs * 2,
});
