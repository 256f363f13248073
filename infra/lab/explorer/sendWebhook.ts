import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { senderOf } from './world/receiver.ts';

/** In place of a request over the network: see `Receiver`. */
export function sendWebhook(
  { clock }: { clock: Clock },
  { headers }: { headers: Record<string, string> },
): Promise<number> {
  const { actor, receiver } = senderOf(clock);
  return receiver.hear(actor, headers['webhook-id'] ?? '');
}
