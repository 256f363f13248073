import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret of 32 random bytes, as text without a character that would need escaping. */
export const createSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hexadecimal. Enough for secrets of 256 random bits, which cannot be guessed; never for passwords. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in constant time. */
export function isSameHash(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
