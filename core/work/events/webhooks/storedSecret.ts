import { randomBytes } from 'node:crypto';
import {
  KeyMissing,
  type KeyRing,
  type SecretLocation,
  Undecipherable,
} from '../../../ground/encryption/keyRing.ts';
import { secretPrefix } from './signWebhook.ts';

/** The specification asks for 24 to 64 bytes. */
const secretBytes = 32;

const placeOf = (webhookId: string): SecretLocation => ({ purpose: 'webhook.secret', row: webhookId });
const oldPlaceOf = (id: string): SecretLocation => ({ purpose: 'webhook.old-secret', row: id });

export const newWebhookSecret = (): string => `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`;

/** A webhook's secret as its row keeps it; without DATA_KEYS as it is, until there is a key. */
export const sealWebhookSecret = (keyRing: KeyRing, webhookId: string, secret: string): string =>
  seal(keyRing, secret, placeOf(webhookId));
export const sealOldSecret = (keyRing: KeyRing, id: string, secret: string): string =>
  seal(keyRing, secret, oldPlaceOf(id));

/** @throws KeyMissing, Undecipherable. */
export const openWebhookSecret = (keyRing: KeyRing, webhook: { id: string; secret: string }): string =>
  open(keyRing, webhook.secret, placeOf(webhook.id));
export const openOldSecret = (keyRing: KeyRing, old: { id: string; secret: string }): string =>
  open(keyRing, old.secret, oldPlaceOf(old.id));

/** @returns undefined for a secret whose key is missing or wrong. */
export function ifReadable(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof KeyMissing || error instanceof Undecipherable) return undefined;
    throw error;
  }
}

const seal = (keyRing: KeyRing, secret: string, place: SecretLocation): string =>
  keyRing.hasKey ? keyRing.encrypt(secret, place) : secret;

const open = (keyRing: KeyRing, stored: string, place: SecretLocation): string =>
  // Of an earlier release, or made without a key.
  stored.startsWith(secretPrefix) ? stored : keyRing.decrypt(stored, place);
