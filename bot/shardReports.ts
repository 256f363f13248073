import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ApiClient } from '@star-graph/client/client';
import type { HeldShardsView } from '@star-graph/contract/guilds/botShards';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Logger } from 'pino';

interface Deps {
  clock: Clock;
  log: Logger;
  platform: ApiClient;
}

interface Sharing {
  /** Resolves with the first answer of the API. */
  first: Promise<void>;
  isHeard(): boolean;
  /** The shards are free at once. */
  leave(): Promise<void>;
}

/** Shorter than a lease: a call that hangs is given up, and the next one may arrive. */
const timeoutMs = 4_000;
const retryMs = 2_000;

/**
 * Tells the API every few seconds that this process runs, and hears which shards it has. While the API is away it keeps
 * those it had: no other process hears anything else. If another one has taken them, both may hear what comes; Discord
 * takes the first answer alone.
 */
export function keepShards(
  { clock, log, platform }: Deps,
  bot: { count: number; concurrency: number },
  onHeld: (held: HeldShardsView) => void,
): Sharing {
  const body = { process: randomUUID(), name: `${hostname()}:${process.pid}`.slice(-200), ...bot };
  const { promise: first, resolve: hear } = Promise.withResolvers<void>();
  let [isHeard, isLeaving] = [false, false];
  let callOff = () => {};
  let asking = Promise.resolve();

  async function ask(): Promise<void> {
    let nextMs = retryMs;
    try {
      const held = await platform.holdShards({ body }, { timeoutMs });
      if (isLeaving) return;
      nextMs = held.reportSeconds * 1_000;
      onHeld(held);
      isHeard = true;
      hear();
    } catch (err) {
      log.warn({ err }, 'the API did not say which shards this process has');
    }
    if (!isLeaving) callOff = clock.after(nextMs, start);
  }
  function start(): void {
    asking = ask();
  }

  start();
  return {
    first,
    isHeard: () => isHeard,
    async leave() {
      isLeaving = true;
      callOff();
      await asking;
      try {
        await platform.holdShards({ body: { ...body, leaving: true } }, { timeoutMs });
      } catch (err) {
        log.warn({ err }, 'the shards are free only once the lease is over');
      }
    },
  };
}
