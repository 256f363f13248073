import { ComfyFault } from '../../../comfy/comfy.ts';
import { type Access, accessOf, type ReadAccess } from '../../../comfy/http/access.ts';
import { toHeaders } from '../../../comfy/http/credentials.ts';
import { SecretUnreadable } from '../../../comfy/http/explainFault.ts';
import { openCredentials } from '../../../comfy/storedCredentials.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import type { KeyRing } from '../../../ground/encryption/keyRing.ts';

/** The parts of a backend's row that an administrator may change while the backend is owned. */
export interface BackendAccess {
  /** Its name for administrators, or its id until the name was read. */
  readonly name: string;
  /** Reads it again. Rejects on faults of the database and then keeps the earlier values. */
  refresh(): Promise<void>;
  /** Rejects with a `ComfyFault` if credentials are set and unreadable: no request is sent without them. */
  readonly read: ReadAccess;
}

export function createBackendAccess(
  deps: { database: Database; keyRing: KeyRing },
  backend: { id: string; url: string },
): BackendAccess {
  let name = backend.id;
  let current: { stored: string | null; access: Access | SecretUnreadable } | undefined;

  async function refresh(): Promise<void> {
    const row = await Backend.query(deps.database).findById(backend.id).select('id', 'name', 'credentials');
    name = row?.name ?? name;
    const stored = row?.credentials ?? null;
    if (current && current.stored === stored) return;
    current = { stored, access: open(deps.keyRing, { ...backend, credentials: stored }) };
  }

  return {
    get name() {
      return name;
    },
    refresh,
    async read() {
      if (!current) await refresh();
      const access = current?.access ?? accessOf(backend.url);
      if (access instanceof SecretUnreadable)
        throw new ComfyFault('unreachable', 'credentials', { cause: access });
      return access;
    },
  };
}

function open(
  keyRing: KeyRing,
  backend: Pick<Backend, 'id' | 'url' | 'credentials'>,
): Access | SecretUnreadable {
  try {
    const credentials = openCredentials(keyRing, backend);
    return credentials ? { kind: credentials.kind, headers: toHeaders(credentials) } : accessOf(backend.url);
  } catch (error) {
    if (error instanceof SecretUnreadable) return error;
    throw error;
  }
}
