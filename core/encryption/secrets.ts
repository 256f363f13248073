import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret of 32 random bytes, as text without a character that would need escaping. */
export const createSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hexadecimal. Enough for secrets of 256 random bits, which nobody can try out; never for passwords. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares without telling by its time how much was right. */
export function isSameHash(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
