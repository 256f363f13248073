import { lookup as lookUp } from 'node:dns';
import { lookup as lookUpNow } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout } from 'node:timers/promises';

interface AddressCheck {
  isAllowedAddress(address: string): boolean;
  /** The error of a connection to a name without an allowed address. */
  forbidden(): Error;
}

/**
 * Whether a URL contains an address that is not allowed. An address needs no lookup, so it must be checked
 * beforehand.
 */
export function isForbiddenLiteral({ isAllowedAddress }: AddressCheck, url: URL): boolean {
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) !== 0 && !isAllowedAddress(literal);
}

const lookupLimitMs = 3_000;

/** The addresses that a URL may lead to now; none for a name that is not found, or not soon. */
export async function findAddresses({ hostname }: URL): Promise<string[]> {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return [host];
  const waiting = new AbortController();
  const found = lookUpNow(host, { all: true }).catch(() => []);
  const late = setTimeout(lookupLimitMs, [], { signal: waiting.signal }).catch(() => []);
  const answers = await Promise.race([found, late]);
  waiting.abort();
  return answers.map(({ address }) => address);
}

/**
 * For the `lookup` of a connection: resolves the name here, and the socket connects to the checked address, even if
 * the name changes at that moment.
 */
export const createCheckedLookup =
  (check: AddressCheck, lookup: typeof lookUp = lookUp): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const allowed = error ? [] : addresses.filter(({ address }) => check.isAllowedAddress(address));
      const [first] = allowed;
      if (error || !first) callback(error ?? check.forbidden(), '', 4);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
