import { type CredentialKind, splitBackendUrl, toHeaders } from './credentials.ts';

/** What proves to a server, or to the proxy in front of it, who calls. */
export interface Access {
  kind: CredentialKind | 'none';
  headers: Readonly<Record<string, string>>;
}

/** Asked before each connection and request, since an administrator may change it while the client runs. */
export type ReadAccess = () => Promise<Access>;

export const noAccess: Access = { kind: 'none', headers: {} };

/** Rows of earlier versions have user and password in the address. */
export function accessOf(url: string): Access {
  const { credentials } = splitBackendUrl(url);
  return credentials ? { kind: credentials.kind, headers: toHeaders(credentials) } : noAccess;
}
