/** Why a text cannot be the address of a server. */
export type AddressFault = 'empty' | 'malformed' | 'scheme';

/**
 * Accepts typed addresses: a host, a host with a port, or an address with a path. A bare host gets https; a local one
 * gets http, since such servers rarely have a certificate.
 * @returns an origin with its path, without a trailing slash
 */
export function parseServerAddress(text: string): { baseUrl: string } | { fault: AddressFault } {
  const typed = text.trim();
  if (typed === '') return { fault: 'empty' };
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed);
  const url = URL.parse(hasScheme ? typed : `${guessScheme(typed)}://${typed}`);
  if (!url?.hostname) return { fault: 'malformed' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { fault: 'scheme' };
  // The page of the console that connects the extension is a page of its server.
  return { baseUrl: `${url.origin}${url.pathname}`.replace(/(\/connect)?\/*$/, '') };
}

const localHost =
  /^(localhost|[^.:/]+|.+\.(local|lan|home\.arpa|internal)|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|\[.+\])$/i;

/** Whether the address is, by its name, one of this machine or its network. */
export function isLocalAddress(url: string): boolean {
  const host = URL.parse(url)?.hostname;
  return host !== undefined && localHost.test(host);
}

function guessScheme(typed: string): 'http' | 'https' {
  const host = /^(\[[^\]]*\]|[^:/?#]*)/.exec(typed)?.[0] ?? '';
  return localHost.test(host) ? 'http' : 'https';
}
