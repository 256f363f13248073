import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import { type Webhook, WebhookOldSecret } from '../../../ground/db/models/operation.ts';
import { KeyMissing, type KeyRing, Undecipherable } from '../../../ground/encryption/keyRing.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { type SendWebhookDeps, sendWebhook } from './sendWebhook.ts';
import { signWebhook } from './signWebhook.ts';
import { ifReadable, openOldSecret, openWebhookSecret } from './storedSecret.ts';

export interface PostDeps extends SendWebhookDeps {
  database: Database;
  clock: Clock;
  log: Logger;
  keyRing: KeyRing;
}

interface Message {
  /** The `webhook-id`. */
  id: string;
  body: string;
  headers?: Record<string, string>;
}

/** Signs and posts once. @returns the status of the answer; undefined when there was none. */
export async function postToWebhook(
  deps: PostDeps,
  webhook: Webhook,
  { id, body, headers }: Message,
): Promise<number | undefined> {
  const sentAt = deps.clock.now();
  try {
    const signature = signWebhook(await listSecrets(deps, webhook, sentAt), { id, sentAt, body });
    return await sendWebhook(deps, { url: webhook.url, headers: { ...signature, ...headers }, body });
  } catch (error) {
    if (error instanceof KeyMissing || error instanceof Undecipherable)
      deps.log.warn({ err: error, webhookId: webhook.id }, 'the secret of a webhook cannot be read');
    else deps.log.debug({ err: error, webhookId: webhook.id }, 'a webhook did not answer');
    return undefined;
  }
}

/**
 * The secret, and those that it replaced within a day. The old ones are read after the webhook's row: a rotation in
 * between leaves the one that was current in both places, and never in none.
 * @throws KeyMissing, Undecipherable.
 */
async function listSecrets({ database, keyRing }: PostDeps, webhook: Webhook, now: Date): Promise<string[]> {
  const old = await WebhookOldSecret.query(database)
    .where({ webhookId: webhook.id })
    .where('endsAt', '>', now)
    .orderBy('endsAt', 'desc');
  const readable = old.flatMap((row) => ifReadable(() => openOldSecret(keyRing, row)) ?? []);
  return [...new Set([openWebhookSecret(keyRing, webhook), ...readable])];
}
