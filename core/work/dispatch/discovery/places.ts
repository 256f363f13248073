import { isIP, isIPv6 } from 'node:net';
import { isBackendAddress } from '../../../comfy/http/backendAddress.ts';

export interface Place {
  /** An address, or a name, whose addresses are checked at each connection as those of every server are. */
  host: string;
  port: number;
}

/** More is a mistake somewhere, and would be in the table for good. */
const mostPlaces = 1_000;

/** Where GPU servers may be, each once, and the addresses where none can be. */
export function sortPlaces(places: readonly Place[]): { urls: string[]; refused: string[] } {
  if (places.length > mostPlaces) throw new Error(`it names more than ${mostPlaces} servers`);
  const isRefused = ({ host }: Place) => isIP(host) !== 0 && !isBackendAddress(host);
  return {
    urls: [...new Set(places.filter((place) => !isRefused(place)).map(urlOf))].sort(),
    refused: places.filter(isRefused).map(({ host }) => host),
  };
}

/** The form in which addresses are compared: a pool has each once. */
const urlOf = ({ host, port }: Place): string =>
  new URL(`http://${isIPv6(host) ? `[${host}]` : host}:${port}`).origin;
