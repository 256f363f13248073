import { timingSafeEqual } from 'node:crypto';
import { signWebhook } from './signWebhook.ts';

const toleranceMs = 5 * 60_000;

interface ReceivedWebhook {
  id: string;
  timestamp: string;
  /** `v1,…`, several with a space between while the sender changes its secret. */
  signatures: string;
  /** The body as it was sent, to the byte. */
  body: string;
}

/** Whether a message is signed with the secret, by Standard Webhooks, and was sent just now. */
export function isSignedNow(secret: string, received: ReceivedWebhook, now: Date): boolean {
  const { id, timestamp, signatures, body } = received;
  if (!/^\d{1,12}$/.test(timestamp) || !/^[\x21-\x7e]{1,100}$/.test(id)) return false;
  const sentAt = new Date(Number(timestamp) * 1_000);
  if (Math.abs(now.getTime() - sentAt.getTime()) > toleranceMs) return false;
  const expected = Buffer.from(signWebhook(secret, { id, sentAt, body })['webhook-signature'] ?? '');
  return signatures.split(' ').some((given) => {
    const buffer = Buffer.from(given);
    return buffer.length === expected.length && timingSafeEqual(buffer, expected);
  });
}
