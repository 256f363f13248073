import { Problem } from '@star-graph/core/errors';
import type { Caller } from '@star-graph/core/identity/caller';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { letIn, type makes, type reads } from '../letIn.ts';
import { keyInPathOf } from './keyInPath.ts';
import { doorScope, requireKey } from './sdapiDeps.ts';

/** By a key in the address, or as the password of Basic authentication, whose name says nothing. */
export const letProgramIn = (deps: DoorDeps, spec: typeof makes | typeof reads): ApiMiddleware[] =>
  letIn(deps, spec, {
    authorizationOf,
    scope: doorScope,
    // First the words of this protocol for what it lacks, then the rules that hold for all.
    requireOwn(caller, { req }) {
      const key = requireKey(caller);
      if (keyInPathOf(req) !== undefined) requireKeyOfAddress(key);
    },
  });

/**
 * An address is written down by every proxy on the way, and by its program: only a key that opens nothing else may
 * stand there.
 */
function requireKeyOfAddress(caller: Extract<Caller, { kind: 'key' }>): void {
  const { scopes } = caller.limits ?? { scopes: null };
  if (scopes?.length === 1 && scopes[0] === doorScope) return;
  throw new Problem(
    'forbidden',
    `This key opens more than this door, and has been in an address, where others may have read it. Revoke it, and make one with the scope ${doorScope} alone.`,
  );
}

const basicPattern = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

function authorizationOf(ctx: ApiContext): string {
  const inPath = keyInPathOf(ctx.req);
  if (inPath !== undefined) return `Bearer ${inPath}`;
  const given = ctx.get('authorization');
  const [, encoded] = basicPattern.exec(given) ?? [];
  if (encoded === undefined) return given.startsWith('Bearer ') ? given : '';
  const pair = Buffer.from(encoded, 'base64').toString();
  return `Bearer ${pair.slice(pair.indexOf(':') + 1)}`;
}
