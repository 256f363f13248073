import { Socket } from 'node:net';
import {
  type Redis as IoRedis,
  type RedisOptions,
  type SentinelConnectionOptions,
  SentinelConnector,
} from 'ioredis';
import type { RedisAddress } from './redisAddress.ts';

const sentinelTimeoutMs = 1_000;

/** Begins the fault of a client that could ask no Sentinel, or got no master's name from any. */
export const noMaster = 'no Sentinel names a master';

/** Asks the Sentinels for the master, and connects to it. */
class MasterConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
  }

  /**
   * Where no Sentinel answers, this is a connection that failed, so that waiting commands fail and the client tries
   * again. Inside itself the library would try again without failing them: they would wait in ever greater numbers.
   */
  override async connect(...call: Parameters<SentinelConnector['connect']>): Promise<Socket> {
    try {
      return (await super.connect(...call)) as Socket;
    } catch (error) {
      const reason = /Last error: (.+)$/.exec(error instanceof Error ? error.message : '')?.[1];
      this.firstError = new Error(`${noMaster}${reason === undefined ? '' : `: ${reason}`}`, {
        cause: error,
      });
      return new Socket().destroy();
    }
  }
}

interface WithSentinels {
  connectToSentinel(...call: unknown[]): IoRedis;
}

/** The library prints faults of these connections on the console: a Sentinel that is away is no fault of ours. */
const { connectToSentinel } = SentinelConnector.prototype as unknown as WithSentinels;
Object.assign(MasterConnector.prototype, {
  connectToSentinel(this: WithSentinels, ...call: unknown[]) {
    return connectToSentinel.call(this, ...call).on('error', () => undefined);
  },
} satisfies WithSentinels);

/**
 * Besides the end of a connection, the Sentinels' word tells of a new master: a connection to a machine that vanished
 * would seem open for minutes.
 */
export const sentinelOptions = (
  address: Extract<RedisAddress, { kind: 'sentinel' }>,
  reconnectDelayMs: (tries: number) => number,
): Omit<RedisOptions, 'replyMapping'> => ({
  Connector: MasterConnector,
  sentinels: [...address.sentinels],
  name: address.master,
  role: 'master',
  db: address.db,
  ...(address.username === undefined ? {} : { username: address.username }),
  ...(address.password === undefined ? {} : { password: address.password }),
  ...(address.sentinelUsername === undefined ? {} : { sentinelUsername: address.sentinelUsername }),
  ...(address.sentinelPassword === undefined ? {} : { sentinelPassword: address.sentinelPassword }),
  ...(address.isEncrypted ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
  // A Sentinel that accepts and says nothing is left for the next one.
  sentinelCommandTimeout: sentinelTimeoutMs,
  // `connect` above fails instead.
  sentinelRetryStrategy: () => null,
  failoverDetector: true,
  sentinelReconnectStrategy: reconnectDelayMs,
});
