import { isIP } from 'node:net';

/** The host that a request asks for, without its port, the brackets of IPv6 and the dot at the end of a whole name. */
export function hostNameOf(host: string): string {
  const bare = host.startsWith('[') ? host.slice(1, host.lastIndexOf(']')) : host.replace(/:\d*$/, '');
  return bare.toLowerCase().replace(/\.$/, '');
}

/** Whether nobody can make this name lead to another machine: an address, and the names that mean this machine. */
export const isFixedHost = (name: string): boolean =>
  isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost');
