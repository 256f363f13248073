/** A key that signs and verifies. */
export interface SigningKey {
  /** Its public name; it is in what the key signed. */
  kid: string;
  secret: Uint8Array;
}

/** The keys of one purpose: one signs, all verify. */
export interface SigningRing {
  signing(): Promise<SigningKey>;
  /** Undefined for a key that never was, or that verifies no more. */
  find(kid: string): Promise<SigningKey | undefined>;
}

/** The kid of a key that has no name of its own in the environment. */
export const environmentKid = 'environment';

/** A ring that never changes. The first key signs. */
export function createFixedRing(keys: readonly [SigningKey, ...SigningKey[]]): SigningRing {
  return {
    signing: async () => keys[0],
    find: async (kid) => keys.find((key) => key.kid === kid),
  };
}
