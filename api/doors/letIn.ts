import { Problem } from '@star-graph/core/errors';
import { hasScope } from '@star-graph/core/identity/keyLimits';
import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';
import type { RouteSpec } from '../contract/route.ts';
import { authenticateRequest } from '../middleware/authenticateRequest.ts';
import { limitRate } from '../middleware/limitRate.ts';
import { requireCaller } from '../routes/requireCaller.ts';
import type { DoorDeps } from './doorDeps.ts';

/** As the contract has it of our own routes that do the same. A service key comes in there alone. */
export const makes = { auth: 'user', tag: 'generate', method: 'post' } as const;
export const reads = { auth: 'user', tag: 'generate', method: 'get' } as const;

/** How a protocol's clients come in. */
export interface Entrance {
  /** Where they have their key, as a header would have it. */
  authorizationOf(ctx: ApiContext): string;
  /** The scope of keys that are for this door alone. */
  scope?: KeyScope;
}

/** Finds the caller, counts the request, and refuses whom our own routes would refuse. */
export function letIn(
  deps: DoorDeps,
  spec: Pick<RouteSpec, 'auth' | 'tag' | 'method'>,
  { authorizationOf, scope }: Entrance,
): ApiMiddleware[] {
  return [
    authenticateRequest(deps, deps.readmission, authorizationOf),
    limitRate(deps),
    async (ctx, next) => {
      const { caller, address, signedDigest } = ctx.state;
      deps.requireAddress(caller, address, spec);
      const isForDoor = scope !== undefined && hasScope(caller, scope);
      requireCaller(isForDoor ? { ...spec, keyScope: scope } : spec, caller);
      // Bodies are compared with their digest by our own routes alone.
      if (signedDigest !== undefined)
        throw new Problem('unauthenticated', 'Signed requests are for /api. Send the key as Bearer.');
      await next();
    },
  ];
}
