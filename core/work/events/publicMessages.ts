import type { Redis } from '../../ground/redis/createRedis.ts';
import { lostMessages } from '../../ground/redis/lostMessages.ts';
import { publicChannel } from '../../ground/redis/redisKeys.ts';
import type { Subscriber } from '../../ground/redis/subscriber.ts';

/** For all listeners to `/topic/public`. Not kept: a later client asks the public routes. */
interface PublicMessage {
  type: 'announcement' | 'pool_state';
  data: Record<string, unknown>;
}

/** Never rejects. @returns whether Redis took the message; one that is lost is counted. */
export async function publishPublicMessage(
  deps: { redis: Redis; prefix: string },
  message: PublicMessage,
): Promise<boolean> {
  try {
    await deps.redis.publish(publicChannel(deps.prefix), JSON.stringify(message));
    return true;
  } catch {
    lostMessages.inc({ message: 'public' });
    return false;
  }
}

/** @param listener takes the message as JSON. @returns a function that stops listening. */
export function listenToPublicMessages(
  deps: { subscriber: Subscriber; prefix: string },
  listener: (body: string) => void,
): Promise<() => void> {
  return deps.subscriber.subscribe(publicChannel(deps.prefix), listener);
}
