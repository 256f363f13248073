import type { RouteSpec } from '@star-graph/contract/route';
import { Problem } from '@star-graph/core/ground/errors';
import type { Caller } from '@star-graph/core/people/identity/caller';
import { hasScope } from '@star-graph/core/people/identity/keyLimits';
import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';
import { authenticateRequest } from '../middleware/authenticateRequest.ts';
import { limitRate } from '../middleware/limitRate.ts';
import { requireCaller } from '../routes/requireCaller.ts';
import type { DoorDeps } from './doorDeps.ts';
import { keyInPathOf, requireKeyOfPath } from './keyInPath.ts';
import { readPerson } from './namedPerson.ts';

/** As the contract has it of our own routes that do the same. A service key comes in there alone. */
export const makes = { auth: 'user', tag: 'generate', method: 'post' } as const;
export const reads = { auth: 'user', tag: 'generate', method: 'get' } as const;
/** Where the body says what is done, and whoever reads it asks for the scope that this needs. */
export const talks = { auth: 'optional', tag: 'generate', method: 'post' } as const;

/** How a protocol's clients come in. */
interface Entrance {
  /** Where they have their key, as a header would have it. */
  authorizationOf(ctx: ApiContext): string;
  /** The scope of keys that are for this door alone, which may stand in an address. */
  scope?: KeyScope;
  /** What programs are let in to that come with tokens of their own. */
  resource?: string;
  /** What the door asks first of its caller. @throws Problem */
  requireOwn?(caller: Caller | undefined, ctx: ApiContext): void;
}

/** Finds the caller, counts the request, and refuses whom our own routes would refuse. */
export function letIn(
  deps: DoorDeps,
  spec: Pick<RouteSpec, 'auth' | 'tag' | 'method'>,
  { authorizationOf, scope, resource, requireOwn }: Entrance,
): ApiMiddleware[] {
  return [
    authenticateRequest(
      deps,
      deps.readmission,
      (ctx) => keyInPathOf(ctx.req) ?? authorizationOf(ctx),
      resource,
      readPerson,
    ),
    limitRate(deps),
    async (ctx, next) => {
      const { caller, address, signedDigest } = ctx.state;
      requireOwn?.(caller, ctx);
      if (scope !== undefined) requireKeyOfPath(ctx.req, caller, scope);
      deps.requireAddress(caller, address, spec);
      requireCaller(ofDoor(spec, caller, scope), caller, deps.clock.now());
      // Bodies are compared with their digest by our own routes alone.
      if (signedDigest !== undefined)
        throw new Problem('unauthenticated', 'Signed requests are for /api. Send the key as Bearer.');
      await next();
    },
  ];
}

/** What a door does, as a key for it alone may do it, and a program for its people. */
export function ofDoor<Spec extends Pick<RouteSpec, 'auth' | 'tag' | 'method'>>(
  spec: Spec,
  caller: Caller | undefined,
  scope: KeyScope | undefined,
): Spec & { keyScope?: KeyScope; forDelegates?: true } {
  if (caller?.kind === 'delegate' && caller.isNamed) return { ...spec, forDelegates: true };
  return scope !== undefined && hasScope(caller, scope) ? { ...spec, keyScope: scope } : spec;
}
