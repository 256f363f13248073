import type { ParsedRequest, ResponseOf, RouteAuth, RouteSpec } from '@star-graph/contract/route';
import type { OperationId, Routes } from '@star-graph/contract/routes';
import type { Caller, PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiContext } from '../apiContext.ts';

/** The caller, as far as the route's `auth` identifies it. */
export type CallerOf<Auth extends RouteAuth> = Auth extends 'user' | 'moderator' | 'admin'
  ? PersonCaller
  : Auth extends 'service'
    ? Extract<Caller, { apiKeyId: string }>
    : Auth extends 'optional'
      ? Caller | undefined
      : undefined;

type HandlerRequest<Spec extends RouteSpec> = ParsedRequest<Spec> & {
  caller: CallerOf<Spec['auth']>;
  ctx: ApiContext;
};

/**
 * Answers one operation with the body its contract promises; the router sets the status. A handler of a route
 * without a body answers undefined, and may write to `ctx` itself.
 */
export type Handler<Id extends OperationId> = (
  request: HandlerRequest<Routes[Id]>,
) => Promise<ResponseOf<Routes[Id]>>;

/** Some of the operations. */
export type Handlers<Ids extends OperationId> = { [Id in Ids]: Handler<Id> };

/** A group of handlers, keyed by operation. All groups together cover every operation. */
export const defineHandlers = <Ids extends OperationId>(handlers: Handlers<Ids>): Handlers<Ids> => handlers;
