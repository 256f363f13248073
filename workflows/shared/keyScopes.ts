/** What an API key may be limited to. A key without scopes may do all that its person may by a key. */
export const keyScopes = [
  'tasks:read',
  'tasks:write',
  'assets',
  'account:read',
  'backends:drain',
  'sdapi',
  'graph',
] as const;
export type KeyScope = (typeof keyScopes)[number];
