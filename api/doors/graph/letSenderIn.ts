import { roleSchema } from '@star-graph/contract/auth/signIn';
import { Problem } from '@star-graph/core/ground/errors';
import { type PersonCaller, requirePerson } from '@star-graph/core/people/identity/caller';
import type { ApiMiddleware } from '../../apiContext.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { letIn, type makes, type reads } from '../letIn.ts';
import { doorScope } from './graphDeps.ts';
import { authorizationOf } from './presentedKey.ts';

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

/** As every door, and by the role that the operator chose. */
export function letSenderIn(deps: DoorDeps, spec: typeof makes | typeof reads): ApiMiddleware[] {
  return [
    async (_ctx, next) => {
      requireOpen(deps);
      await next();
    },
    ...letIn(deps, spec, { authorizationOf, scope: doorScope }),
    async (ctx, next) => {
      requireRole(deps, requirePerson(ctx.state.caller));
      await next();
    },
  ];
}
