import { KeyMissing, type KeyRing } from '../../../ground/encryption/keyRing.ts';
import { Problem } from '../../../ground/errors.ts';

/** What signs the names of a program's people. It is sealed, since a hash verifies no signature. */
const placeOf = (keyId: string) => ({ purpose: 'service-key.people', row: keyId }) as const;

/** @throws Problem `unavailable` without a data key. */
export const sealPeopleSecret = (keyRing: Pick<KeyRing, 'encrypt'>, keyId: string, secret: string): string =>
  withKey(() => keyRing.encrypt(secret, placeOf(keyId)));

/** @throws Problem `unavailable` when the operator took the data key away. */
export const openPeopleSecret = (keyRing: Pick<KeyRing, 'decrypt'>, keyId: string, sealed: string): string =>
  withKey(() => keyRing.decrypt(sealed, placeOf(keyId)));

function withKey<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KeyMissing)) throw error;
    throw new Problem(
      'unavailable',
      'The platform lacks the key for names that are signed. Ask the operator to check DATA_KEYS.',
      { cause: error },
    );
  }
}
