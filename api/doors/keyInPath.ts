import type { IncomingMessage } from 'node:http';
import { Problem } from '@star-graph/core/ground/errors';
import type { Caller } from '@star-graph/core/people/identity/caller';
import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';

const keys = new WeakMap<object, string>();

/**
 * Takes the key of a program that cannot authenticate out of the address, before anything can write the address down:
 * from here on the request has another one.
 * @param pattern of addresses that begin with a key: the key, and what remains.
 */
export function hideKey(request: Pick<IncomingMessage, 'url'>, pattern: RegExp): void {
  const [, key, rest] = pattern.exec(request.url ?? '') ?? [];
  if (key === undefined || rest === undefined) return;
  keys.set(request, key);
  request.url = rest;
}

/** The key that stood in the address of a request, as a header would have it. */
export function keyInPathOf(request: object): string | undefined {
  const key = keys.get(request);
  return key === undefined ? undefined : `Bearer ${key}`;
}

/**
 * An address is written down by every proxy on the way, and by its program: only a key that opens nothing else may
 * stand there.
 * @throws Problem `forbidden` for any other one.
 */
export function requireKeyOfPath(request: object, caller: Caller | undefined, scope: KeyScope): void {
  if (!keys.has(request)) return;
  const scopes = caller?.kind === 'key' ? caller.limits?.scopes : undefined;
  if (scopes?.length === 1 && scopes[0] === scope) return;
  throw new Problem(
    'forbidden',
    `This key opens more than this door, and has been in an address, where others may have read it. Revoke it, and make one with the scope ${scope} alone.`,
  );
}
