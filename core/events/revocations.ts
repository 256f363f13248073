import { z } from 'zod';
import { revocationChannel } from './redisKeys.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * What may no longer be used; connections made with it end at once. A lost message delays their end until the next
 * check of the credential; requests are refused from the commit on.
 */
const revocationSchema = z.union([
  z.object({ sessionId: z.string() }),
  z.object({ apiKeyId: z.string() }),
  z.object({ userId: z.string() }),
]);
export type Revocation = z.output<typeof revocationSchema>;

/** @returns a function that stops listening. */
export function listenToRevocations(
  deps: { subscriber: Subscriber; prefix: string },
  listener: (revocation: Revocation) => void,
): Promise<() => void> {
  return deps.subscriber.subscribe(revocationChannel(deps.prefix), (message) =>
    listener(revocationSchema.parse(JSON.parse(message))),
  );
}
