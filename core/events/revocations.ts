import { z } from 'zod';
import type { Redis } from '../redis.ts';
import { lostMessages } from './metrics.ts';
import { revocationChannel } from './names.ts';
import type { Subscriber } from './subscriber.ts';

/** What may no longer be used; connections made with it end at once. */
const revocationSchema = z.union([
  z.object({ sessionId: z.string() }),
  z.object({ apiKeyId: z.string() }),
  z.object({ userId: z.string() }),
]);
export type Revocation = z.output<typeof revocationSchema>;

/**
 * Told after the commit that revoked it. A lost message delays the end of open sockets until their next check of the
 * credential; requests are refused from the commit on.
 */
export function announceRevocation(deps: { redis: Redis; prefix: string }, revocation: Revocation): void {
  deps.redis
    .publish(revocationChannel(deps.prefix), JSON.stringify(revocation))
    .catch(() => lostMessages.inc({ message: 'revocation' }));
}

/** @returns a function that stops listening. */
export function listenToRevocations(
  deps: { subscriber: Subscriber; prefix: string },
  listener: (revocation: Revocation) => void,
): Promise<() => void> {
  return deps.subscriber.subscribe(revocationChannel(deps.prefix), (message) =>
    listener(revocationSchema.parse(JSON.parse(message))),
  );
}
