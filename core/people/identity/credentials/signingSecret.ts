import { KeyMissing, type KeyRing } from '../../../ground/encryption/keyRing.ts';
import { Problem } from '../../../ground/errors.ts';

/*
 * What a service key signs with: the key itself. It is sealed, since a hash verifies no signature, and a signature by
 * the hash could be made by everybody who reads the database.
 */

const placeOf = (keyId: string) => ({ purpose: 'service-key.signing', row: keyId }) as const;

/** @throws Problem `unavailable` without a data key. */
export const sealSigningSecret = (keyRing: Pick<KeyRing, 'encrypt'>, keyId: string, secret: string): string =>
  withKey(() => keyRing.encrypt(secret, placeOf(keyId)));

/** @throws Problem `unavailable` when the operator took the data key away. */
export const openSigningSecret = (keyRing: Pick<KeyRing, 'decrypt'>, keyId: string, sealed: string): string =>
  withKey(() => keyRing.decrypt(sealed, placeOf(keyId)));

function withKey<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KeyMissing)) throw error;
    throw new Problem(
      'unavailable',
      'The platform lacks the key for service keys that sign. Ask the operator to check DATA_KEYS.',
      { cause: error },
    );
  }
}
