import type { RouteSpec } from '@star-graph/contract/route';
import { Problem } from '@star-graph/core/ground/errors';
import type { Caller } from '@star-graph/core/people/identity/caller';
import { createAddressTest } from './clientAddress.ts';

/**
 * Refuses callers of great rights from addresses that the operator did not name. An administrator is refused
 * everywhere, a service key too; a service key that acts for an administrator has to come from an address of both
 * lists where it uses the administrator's rights.
 * @throws Problem `forbidden`.
 */
export type RequireAddress = (
  caller: Caller | undefined,
  address: string,
  spec?: Pick<RouteSpec, 'auth'>,
) => void;

export function createAddressRules(config: {
  ADMIN_ADDRESSES: readonly string[];
  SERVICE_ADDRESSES: readonly string[];
}): RequireAddress {
  const rules = {
    ADMIN_ADDRESSES: createRule(config.ADMIN_ADDRESSES),
    SERVICE_ADDRESSES: createRule(config.SERVICE_ADDRESSES),
  };
  const requireListed = (name: keyof typeof rules, who: string, address: string): void => {
    if (rules[name](address)) return;
    throw new Problem(
      'forbidden',
      `${who} may come from some addresses only, and ${address} is none of them. Ask the operator to add it to ${name}.`,
    );
  };
  return (caller, address, spec) => {
    if (!caller) return;
    const isKey = caller.kind === 'service' || caller.kind === 'delegate';
    if (isKey) requireListed('SERVICE_ADDRESSES', 'Service keys', address);
    if (caller.kind === 'service' || caller.account.role !== 'admin') return;
    // In Discord an administrator is a person like others: it is the bot that has an address.
    const usesRights = spec?.auth === 'admin' || spec?.auth === 'moderator';
    if (!isKey || usesRights) requireListed('ADMIN_ADDRESSES', 'Administrators', address);
  };
}

/** Without a list every address will do. Loopback is an address like others: a proxy may bring everybody through it. */
function createRule(ranges: readonly string[]): (address: string) => boolean {
  return ranges.length === 0 ? () => true : createAddressTest(ranges);
}
