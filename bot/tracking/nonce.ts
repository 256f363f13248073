import { createHash } from 'node:crypto';

/**
 * By a nonce of up to 25 characters Discord recognises a message that was sent before. Its documentation names the
 * author's messages and no channel, so each message needs its own nonce: from its kind, its subject and its place.
 */
export const nonceOf = (...parts: string[]): string =>
  createHash('sha256').update(parts.join(' ')).digest('base64url').slice(0, 25);
