import { BlockList, isIP } from 'node:net';
import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { Role } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Caller, KeyLimits } from './caller.ts';

const limitsOf = (caller: Caller | undefined): KeyLimits | undefined =>
  caller && caller.kind !== 'session' ? caller.limits : undefined;

export const hasKeyExpired = ({ expiresAt }: KeyLimits, now: Date): boolean =>
  expiresAt !== null && new Date(expiresAt) <= now;

/** Whether the key of a caller has expired. */
export function isKeyOver(caller: Caller, now: Date): boolean {
  const limits = limitsOf(caller);
  return limits !== undefined && hasKeyExpired(limits, now);
}

/** @throws Problem `unauthenticated` for a key that has expired, `forbidden` from an address that it is not for. */
export function requireKeyUse(caller: Caller, { address, now }: { address: string; now: Date }): void {
  const limits = limitsOf(caller);
  if (!limits) return;
  if (hasKeyExpired(limits, now))
    throw new Problem('unauthenticated', 'This API key has expired. Make a new one.');
  if (limits.networks !== null && !isInside(address, limits.networks))
    throw new Problem(
      'forbidden',
      'This API key does not work from your address. Its owner chose where it does.',
    );
}

function isInside(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', bits] = network.split('/');
    const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(base, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  const kind = isIP(address);
  return kind !== 0 && list.check(address, kind === 6 ? 'ipv6' : 'ipv4');
}

/** Whether the caller's key was limited to this scope, alone or among others. */
export const hasScope = (caller: Caller | undefined, scope: KeyScope): boolean =>
  limitsOf(caller)?.scopes?.includes(scope) ?? false;

const makers: Partial<Record<KeyScope, readonly Role[]>> = {
  'admin:people': ['moderator', 'admin'],
  'admin:pool': ['admin'],
  'admin:money': ['admin'],
};

/** @throws Problem `invalid-params` for scopes of a role that the maker of the key does not have. */
export function requireScopesOf(role: Role, scopes: readonly KeyScope[] = []): void {
  const beyond = scopes.find((scope) => makers[scope]?.includes(role) === false);
  if (beyond === undefined) return;
  const message = `Your role has nothing that the scope ${beyond} could open.`;
  throw new Problem('invalid-params', `${message} Leave it out.`, {
    errors: [{ pointer: `/scopes/${scopes.indexOf(beyond)}`, message }],
  });
}

/** @throws Problem `forbidden` for a key with scopes that lacks this one. */
export function requireScope(caller: Caller | undefined, scope: KeyScope | 'open' | 'closed'): void {
  const scopes = limitsOf(caller)?.scopes;
  if (!scopes || scope === 'open' || scopes.some((one) => one === scope)) return;
  throw new Problem(
    'forbidden',
    scope === 'closed'
      ? 'An API key with scopes cannot do this. Sign in yourself, or use a key without scopes.'
      : `This API key lacks the scope ${scope}. Make one that has it.`,
  );
}
