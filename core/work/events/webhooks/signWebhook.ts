import { createHmac } from 'node:crypto';

/** Begins every secret, as the specification has it. */
export const secretPrefix = 'whsec_';

interface WebhookMessage {
  /** The same for every try of one delivery, so that receivers can drop duplicates. */
  id: string;
  sentAt: Date;
  body: string;
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com): the receiver computes the same over
 * `id.timestamp.body`, and refuses old timestamps.
 * @param secrets `whsec_` and base64 of the key; each makes a signature, and the receiver needs one that it knows.
 */
export function signWebhook(
  secrets: string | readonly string[],
  { id, sentAt, body }: WebhookMessage,
): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1_000));
  const signatures = [secrets].flat().map((secret) => {
    const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
