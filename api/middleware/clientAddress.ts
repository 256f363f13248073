import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** IPv4 inside IPv6 counts as IPv4, so that a list of addresses has to name it once. */
const parseAddress = (text: string): Address | undefined =>
  ipaddr.isValid(text) ? ipaddr.process(text) : undefined;

function parseRange(text: string): Range {
  if (text.includes('/')) return toIPv4(ipaddr.parseCIDR(text));
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** A range of IPv4 that is written as IPv6, since addresses are compared as IPv4. */
function toIPv4([base, bits]: Range): Range {
  const isMapped = base instanceof ipaddr.IPv6 && base.isIPv4MappedAddress() && bits >= 96;
  return isMapped ? [base.toIPv4Address(), bits - 96] : [base, bits];
}

const isInside = (address: Address, [base, bits]: Range): boolean =>
  address.kind() === base.kind() && address.match(base, bits);

/** Some proxies write the port of their client beside its address. */
const withoutPort = (hop: string): string =>
  /^\[(?<address>.+)\](?::\d+)?$/.exec(hop)?.groups?.address ?? hop.replace(/^([\d.]+):\d+$/, '$1');

/** Bounds what unknown clients can make this process cache. */
const mostKnown = 10_000;
const longestKnown = 100;

/**
 * Makes the function that finds a client's address: if the peer is a trusted proxy, the last hop of X-Forwarded-For
 * that is not one; otherwise the peer. Entries that the client wrote itself are never used.
 * @throws Error for a trusted proxy that is neither an address nor a CIDR range.
 */
export function createClientAddress(
  trustedProxies: readonly string[],
): (peer: string | undefined, forwardedFor: string | undefined) => string {
  const trusted = trustedProxies.map(parseRange);
  const isTrusted = (address: Address) => trusted.some((range) => isInside(address, range));
  const find = (peer: string, forwardedFor: string): string => {
    let nearest = parseAddress(peer);
    if (!nearest) return 'unknown';
    const hops = forwardedFor.split(',').map((hop) => parseAddress(withoutPort(hop.trim())));
    for (const hop of hops.reverse()) {
      if (!isTrusted(nearest) || !hop) break;
      nearest = hop;
    }
    return nearest.toString();
  };
  // Parsing costs as much as the rest of a request's bookkeeping, and clients come back.
  const known = new Map<string, string>();
  return (peer = '', forwardedFor = '') => {
    const key = `${peer} ${forwardedFor}`;
    const address = known.get(key) ?? find(peer, forwardedFor);
    if (known.size >= mostKnown) known.clear();
    if (key.length <= longestKnown) known.set(key, address);
    return address;
  };
}

/** Whether an address is one of these addresses or in one of these ranges. */
export function createAddressTest(listed: readonly string[]): (address: string) => boolean {
  const ranges = listed.map(parseRange);
  return (address) => {
    const parsed = parseAddress(address);
    return parsed !== undefined && ranges.some((range) => isInside(parsed, range));
  };
}

/** The key of limits: an IPv6 customer can choose from a whole /64. */
export function limitKeyOf(address: string): string {
  const parsed = parseAddress(address);
  if (!parsed) return address;
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${parsed.toByteArray().slice(0, 8).join('.')}/64`;
}

/** The network that one person or provider often has completely: an IPv4 /24, an IPv6 /48. */
export function networkKeyOf(address: string): string {
  const parsed = parseAddress(address);
  if (!parsed) return address;
  const bytes = parsed.toByteArray();
  return parsed.kind() === 'ipv4' ? `${bytes.slice(0, 3).join('.')}/24` : `${bytes.slice(0, 6).join('.')}/48`;
}

/** This machine: an address, or the host of a URL. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || parseAddress(host.replace(/^\[|\]$/g, ''))?.range() === 'loopback';

const proxyHeaders = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'];

/** Through no proxy that tells of itself: one on this machine brings everybody in. */
export function isFromThisMachine({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean {
  const { remoteAddress = '', localAddress } = socket;
  const isNear = isLoopback(remoteAddress) || remoteAddress === localAddress;
  return isNear && proxyHeaders.every((name) => headers[name] === undefined);
}
