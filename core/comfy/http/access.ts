import type { CredentialKind } from '@star-graph/workflows/shared/backendCredentials';
import { splitBackendUrl, toHeaders } from './credentials.ts';

/** The credentials for a server, or for the proxy in front of it. */
export interface Access {
  kind: CredentialKind | 'none';
  headers: Readonly<Record<string, string>>;
}

/** Asked before each connection and request, since an administrator may change it while the client runs. */
export type ReadAccess = () => Promise<Access>;

export const noAccess: Access = { kind: 'none', headers: {} };

/** Rows of earlier versions have the user and password in the address. */
export function accessOf(url: string): Access {
  const { credentials } = splitBackendUrl(url);
  return credentials ? { kind: credentials.kind, headers: toHeaders(credentials) } : noAccess;
}
