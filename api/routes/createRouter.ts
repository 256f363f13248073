import Router, { type RouterMiddleware } from '@koa/router';
import type { RouteSpec } from '@star-graph/contract/route';
import { type OperationId, routes } from '@star-graph/contract/routes';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';
import type { RequireAddress } from '../middleware/addressRules.ts';
import { compressAnswers } from '../middleware/compressAnswers.ts';
import { limitTime } from '../middleware/limitTime.ts';
import { parseRequest } from '../middleware/parseRequest.ts';
import { checkSignedBody } from '../middleware/signedBody.ts';
import type { TellChange } from '../middleware/tellChange.ts';
import type { CallerOf, Handlers } from './handler.ts';
import { requireCaller } from './requireCaller.ts';

type AllHandlers = Handlers<OperationId>;

interface RouterDeps {
  handlers: AllHandlers;
  /** @param isLimited whether `limitRate` follows. */
  authenticate: (isLimited: boolean) => ApiMiddleware;
  limitRate: ApiMiddleware;
  requireAddress: RequireAddress;
  findSessionCookie: ApiMiddleware;
  readJson: ApiMiddleware;
  readGraph: ApiMiddleware;
  tellChange: TellChange;
  clock: Pick<Clock, 'now'>;
  /** After this a request is answered 503. */
  answerLimitMs: number;
}

/** The path in the router's notation: `/tasks/:id`. */
const toRouterPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** The server's side of the contract: each operation with what comes before its handler. */
export function createRouter(deps: RouterDeps): Router {
  const router = new Router({ strict: true, sensitive: true });
  router.use(compressAnswers() as unknown as RouterMiddleware);
  for (const [operationId, spec] of Object.entries(routes) as [OperationId, RouteSpec][]) {
    // The router's context type lacks our state, which every request has by then.
    const stack = stackOf(deps, operationId, spec) as unknown as RouterMiddleware[];
    router[spec.method](toRouterPath(spec.path), ...stack);
  }
  return router;
}

/** Their answers take as long as their readers do. */
const streamedTypes: readonly string[] = ['text/event-stream', 'application/zip'];

function stackOf(deps: RouterDeps, operationId: OperationId, spec: RouteSpec): ApiMiddleware[] {
  const takesItsTime =
    spec.asksOthers === true ||
    spec.bodyType === 'multipart/form-data' ||
    streamedTypes.includes(spec.success.contentType ?? '');
  return [
    async (ctx, next) => {
      ctx.state.routePath = spec.path;
      await next();
    },
    ...(takesItsTime ? [] : [limitTime({ limitMs: deps.answerLimitMs })]),
    ...(spec.auth === 'none' ? [] : [deps.authenticate(!spec.unlimited)]),
    ...(spec.unlimited ? [] : [deps.limitRate]),
    async (ctx, next) => {
      const { caller, address } = ctx.state;
      deps.requireAddress(caller, address, spec);
      requireCaller(spec, caller, deps.clock.now());
      await next();
    },
    ...(spec.sessionCookie ? [deps.findSessionCookie] : []),
    ...(spec.body && spec.bodyType === undefined ? [spec.takesGraph ? deps.readGraph : deps.readJson] : []),
    // An upload is compared while it streams.
    ...(spec.bodyType === 'multipart/form-data' ? [] : [checkSignedBody]),
    deps.tellChange(operationId),
    callHandler(deps.handlers, operationId, spec),
  ];
}

function callHandler(handlers: AllHandlers, operationId: OperationId, spec: RouteSpec): ApiMiddleware {
  // Each handler is typed by its own route; which of them this is, the compiler cannot follow through a loop.
  const handler = handlers[operationId] as unknown as (request: object) => Promise<unknown>;
  return async (ctx) => {
    const { params } = ctx as ApiContext & { params: Record<string, string> };
    const caller = ctx.state.caller as CallerOf<typeof spec.auth>;
    const body = await handler({ ...parseRequest(spec, ctx, params), caller, ctx });
    if (spec.success.contentType !== undefined && spec.success.contentType !== 'application/json') return;
    if (ctx.status === 404) ctx.status = spec.success.status;
    if (body !== undefined) ctx.body = body;
  };
}
