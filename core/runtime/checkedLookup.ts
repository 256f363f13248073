import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

export interface AddressCheck {
  isAllowedAddress(address: string): boolean;
  /** What a connection to a name without an allowed address fails with. */
  forbidden(): Error;
}

/** Whether a URL names an address that is not allowed: nothing is looked up for it, so it has to be asked before. */
export function isForbiddenLiteral({ isAllowedAddress }: AddressCheck, url: URL): boolean {
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) !== 0 && !isAllowedAddress(literal);
}

/**
 * For the `lookup` of a connection: the name is resolved here, and the socket goes to an address that was checked,
 * whatever the name says a moment before or later.
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
