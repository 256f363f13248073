import { createRedis, type Redis } from './createRedis.ts';
import { lostMessages } from './lostMessages.ts';

export interface Subscriber {
  /**
   * Calls `listener` for each message until the returned function is called. Resolves when Redis confirmed, or when
   * it could not be reached: then the channel is subscribed as soon as Redis is back, and `onResumed` is called.
   */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => void>;
  /** Called as soon as messages may be missed, before any later message. */
  onLost(listener: () => void): () => void;
  /** Called when all channels are subscribed again after a loss: messages in between never arrived. */
  onResumed(listener: () => void): () => void;
  /** False from a loss until `onResumed`. */
  isWhole(): boolean;
  close(): void;
}

const pingIntervalMs = 5_000;
const channelsPerCommand = 500;

/** The one connection of a process in subscriber mode, shared by everything that listens. */
export function createSubscriber(config: { url: string; onError?: (error: Error) => void }): Subscriber {
  const redis = createRedis({ ...config, purpose: 'subscriber' });
  const listeners = new Map<string, Set<(message: string) => void>>();
  const lost = new Set<() => void>();
  const resumed = new Set<() => void>();
  // Whether messages may have been missed since the last time all channels were known to be subscribed.
  let hasGap = false;
  let losses = 0;
  const lose = () => {
    hasGap = true;
    losses += 1;
    for (const listener of [...lost]) listener();
  };

  redis.on('message', (channel: string, message: string) => {
    for (const listener of [...(listeners.get(channel) ?? [])]) {
      // An event has no caller to catch a fault: a message of a later version, or of another program, would end the
      // process.
      try {
        listener(message);
      } catch (error) {
        config.onError?.(error instanceof Error ? error : new Error(String(error)));
      }
    }
  });
  redis.on('close', lose);
  redis.on('ready', () => {
    const lossesBefore = losses;
    void resubscribe(redis, [...listeners.keys()]).then((subscribed) => {
      if (!subscribed || !hasGap || losses !== lossesBefore) return;
      hasGap = false;
      for (const listener of [...resumed]) listener();
    });
  });
  const stopPinging = keepAlive(redis);

  return {
    async subscribe(channel, listener) {
      const known = listeners.get(channel);
      if (known) known.add(listener);
      else listeners.set(channel, new Set([listener]));
      // Also for a known channel: the answer proves that an earlier, unanswered subscription is in force. Without an
      // answer it is subscribed with all others when the connection is ready, and earlier messages are missed.
      if (!(await attempt(redis, () => redis.subscribe(channel)))) lose();
      return () => {
        const rest = listeners.get(channel);
        if (!rest?.delete(listener) || rest.size > 0) return;
        listeners.delete(channel);
        void attempt(redis, () => redis.unsubscribe(channel));
      };
    },
    onLost(listener) {
      lost.add(listener);
      return () => lost.delete(listener);
    },
    isWhole: () => !hasGap,
    onResumed(listener) {
      resumed.add(listener);
      return () => resumed.delete(listener);
    },
    close() {
      stopPinging();
      redis.disconnect();
    },
  };
}

async function resubscribe(redis: Redis, channels: string[]): Promise<boolean> {
  for (let start = 0; start < channels.length; start += channelsPerCommand) {
    const some = channels.slice(start, start + channelsPerCommand);
    if (!(await attempt(redis, () => redis.subscribe(...some)))) return false;
  }
  return true;
}

/**
 * The command may or may not have taken effect. The connection is reopened, and `ready` subscribes to all wanted
 * channels.
 */
async function attempt(redis: Redis, command: () => Promise<unknown>): Promise<boolean> {
  try {
    await command();
    return true;
  } catch {
    lostMessages.inc({ message: 'subscribe' });
    // A connection that ended by itself is being reopened already.
    if (redis.status === 'ready') redis.disconnect(true);
    return false;
  }
}

/** A subscriber sends nothing by itself, so a dead connection would stay unnoticed for hours. */
function keepAlive(redis: Redis): () => void {
  const timer = setInterval(() => {
    if (redis.status === 'ready') void attempt(redis, () => redis.ping());
  }, pingIntervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
