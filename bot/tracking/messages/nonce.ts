import { createHash } from 'node:crypto';

/**
 * Discord knows by a nonce a message that was sent before, and takes 25 characters. Its documents speak of the author's
 * messages and of no channel, so each message needs its own: what it says, of what, and where.
 */
export const nonceOf = (...parts: string[]): string =>
  createHash('sha256').update(parts.join(' ')).digest('base64url').slice(0, 25);
