/**
 * What people of this machine open. By the name where the API listens on loopback: browsers take passkeys for names
 * alone.
 */
export function pageUrl(apiHost: string, apiPort: number): string {
  const isHere = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(apiHost);
  const host = isHere ? 'localhost' : apiHost.includes(':') ? `[${apiHost}]` : apiHost;
  return `http://${host}:${apiPort}`;
}
