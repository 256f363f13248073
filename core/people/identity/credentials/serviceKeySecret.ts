import { KeyMissing, type KeyRing } from '../../../ground/encryption/keyRing.ts';
import { Problem } from '../../../ground/errors.ts';

/*
 * Secrets of a service key that sign: the key itself, for its requests, and another one, for the names of a program's
 * people. They are sealed, since a hash verifies no signature, and a signature by the hash could be made by everybody who
 * reads the database.
 */

type Use = 'signing' | 'people';

const missing: Record<Use, string> = {
  signing: 'The platform lacks the key for service keys that sign. Ask the operator to check DATA_KEYS.',
  people: 'The platform lacks the key for names that are signed. Ask the operator to check DATA_KEYS.',
};

/** @throws Problem `unavailable` without a data key. */
export const sealServiceKeySecret = (
  keyRing: Pick<KeyRing, 'encrypt'>,
  use: Use,
  keyId: string,
  secret: string,
): string => withKey(use, () => keyRing.encrypt(secret, { purpose: `service-key.${use}`, row: keyId }));

/** @throws Problem `unavailable` when the operator took the data key away. */
export const openServiceKeySecret = (
  keyRing: Pick<KeyRing, 'decrypt'>,
  use: Use,
  keyId: string,
  sealed: string,
): string => withKey(use, () => keyRing.decrypt(sealed, { purpose: `service-key.${use}`, row: keyId }));

function withKey<Result>(use: Use, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KeyMissing)) throw error;
    throw new Problem('unavailable', missing[use], { cause: error });
  }
}
