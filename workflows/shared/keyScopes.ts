/**
 * What an API key may be limited to. A key without scopes may do what a user may by a key, whatever the role of its
 * person is; the rights of moderators and administrators are in the scopes that begin with `admin:`.
 */
export const keyScopes = [
  'tasks:read',
  'tasks:write',
  'assets',
  'account:read',
  'backends:drain',
  'sdapi',
  'graph',
  'admin:people',
  'admin:pool',
  'admin:money',
] as const;
export type KeyScope = (typeof keyScopes)[number];
