import type { KeyRing } from '../../encryption/keyRing.ts';
import { secretPrefix } from './signWebhook.ts';

const placeOf = (webhookId: string) => ({ purpose: 'webhook.secret', row: webhookId }) as const;

/** A webhook's secret as its row keeps it; without DATA_KEYS as it is, until there is a key. */
export const sealWebhookSecret = (keyRing: KeyRing, webhookId: string, secret: string): string =>
  keyRing.hasKey ? keyRing.encrypt(secret, placeOf(webhookId)) : secret;

/** @throws KeyMissing, Undecipherable. */
export const openWebhookSecret = (keyRing: KeyRing, webhook: { id: string; secret: string }): string =>
  // Of an earlier release, or made without a key.
  webhook.secret.startsWith(secretPrefix)
    ? webhook.secret
    : keyRing.decrypt(webhook.secret, placeOf(webhook.id));
