import {
  type BackendCredentials,
  backendCredentialsSchema,
  type CredentialKind,
} from '@star-graph/workflows/shared/backendCredentials';
import { KeyMissing, type KeyRing, Undecipherable } from '../ground/encryption/keyRing.ts';
import { SecretUnreadable } from './http/explainFault.ts';

/** The part of a backend's row that holds its credentials. */
export interface StoredCredentials {
  credentials: string | null;
  credentialsKind: CredentialKind | null;
  credentialsFromEnvironment: boolean;
}

export const noCredentials: StoredCredentials = {
  credentials: null,
  credentialsKind: null,
  credentialsFromEnvironment: false,
};

const placeOf = (backendId: string) => ({ purpose: 'backend.credentials', row: backendId }) as const;

/** Credentials as a backend's row keeps them. @throws KeyMissing when there is no key to encrypt with. */
export const sealCredentials = (
  keyRing: KeyRing,
  backendId: string,
  credentials: BackendCredentials,
  { fromEnvironment }: { fromEnvironment: boolean },
): StoredCredentials => ({
  credentials: keyRing.encrypt(JSON.stringify(credentials), placeOf(backendId)),
  credentialsKind: credentials.kind,
  credentialsFromEnvironment: fromEnvironment,
});

/** Undefined without credentials. @throws SecretUnreadable with a sentence for the operator. */
export function openCredentials(
  keyRing: KeyRing,
  { id, credentials }: Pick<StoredCredentials, 'credentials'> & { id: string },
): BackendCredentials | undefined {
  if (credentials === null) return undefined;
  try {
    return backendCredentialsSchema.parse(JSON.parse(keyRing.decrypt(credentials, placeOf(id))));
  } catch (cause) {
    throw new SecretUnreadable(
      `The credentials of this server cannot be read: ${whyUnreadable(cause)} Or set them anew.`,
      { cause },
    );
  }
}

function whyUnreadable(cause: unknown): string {
  if (cause instanceof KeyMissing)
    return `${cause.message} Put the key back into DATA_KEYS of the dispatchers and restart them.`;
  if (cause instanceof Undecipherable) return `${cause.message} Correct DATA_KEYS of the dispatchers.`;
  return 'They are of an unknown form, perhaps of a later release.';
}
