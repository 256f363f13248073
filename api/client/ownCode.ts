/**
 * A program signs in by a code that it makes for itself. It shows a person the hash alone, who approves it in the
 * console; who sees the hash on the way cannot come in by it.
 */
export interface OwnCode {
  code: string;
  /** SHA-256 of the code, hexadecimal. */
  challenge: string;
}

const codeBytes = 32;

export async function makeOwnCode(): Promise<OwnCode> {
  const code = toHex(crypto.getRandomValues(new Uint8Array(codeBytes))).toUpperCase();
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code));
  return { code, challenge: toHex(new Uint8Array(digest)) };
}

const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Four digits that program and console both show: they tell the person that one is the other's. */
export const numberOf = (challenge: string): string =>
  (Number.parseInt(challenge.slice(0, 8), 16) % 10_000).toString().padStart(4, '0');
