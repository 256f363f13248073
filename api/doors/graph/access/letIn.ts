import { Problem } from '@star-graph/core/errors';
import { type PersonCaller, requirePerson } from '@star-graph/core/identity/caller';
import type { ApiMiddleware } from '../../../apiContext.ts';
import { roleSchema } from '../../../contract/auth/signIn.ts';
import { authenticateRequest } from '../../../middleware/authenticateRequest.ts';
import { limitRate } from '../../../middleware/limitRate.ts';
import { requireCaller } from '../../../routes/requireCaller.ts';
import type { DoorDeps } from '../../doorDeps.ts';
import { authorizationOf } from './presentedKey.ts';

/** As the contract has it of our own routes that do the same. A service key comes in there alone. */
export const rules = {
  make: { auth: 'user', tag: 'generate', method: 'post' },
  read: { auth: 'user', tag: 'generate', method: 'get' },
} as const;

/** Whether a request may change something. */
export type Access = keyof typeof rules;

/** @throws Problem `not-found` while the door is closed. */
export function requireOpen({ settings }: Pick<DoorDeps, 'settings'>): void {
  if (settings.latest.GRAPH_DOOR === 'off')
    throw new Problem('not-found', 'This platform takes no graphs from other programs.');
}

/** @throws Problem `forbidden` for a role below the one that the operator chose. */
export function requireRole({ settings }: Pick<DoorDeps, 'settings'>, caller: PersonCaller): void {
  const least = settings.latest.GRAPH_DOOR;
  const { options: roles } = roleSchema;
  const rank = (role: (typeof roles)[number]) => roles.indexOf(role);
  if (least !== 'off' && rank(caller.account.role) >= rank(least)) return;
  throw new Problem('forbidden', 'You may not send graphs of your own here. Ask an administrator.');
}

/** Authenticates, counts and refuses as our own routes do, and by the role that the operator chose. */
export function letIn(deps: DoorDeps, access: Access): ApiMiddleware[] {
  const spec = rules[access];
  return [
    async (_ctx, next) => {
      requireOpen(deps);
      await next();
    },
    authenticateRequest(deps, deps.readmission, authorizationOf),
    limitRate(deps),
    async (ctx, next) => {
      const { caller, address, signedDigest } = ctx.state;
      deps.requireAddress(caller, address, spec);
      requireCaller(spec, caller);
      // Bodies are compared with their digest by our own routes alone.
      if (signedDigest !== undefined)
        throw new Problem('unauthenticated', 'Signed requests are for /api. Send the key as Bearer.');
      requireRole(deps, requirePerson(caller));
      await next();
    },
  ];
}
