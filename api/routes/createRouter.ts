import Router, { type RouterMiddleware } from '@koa/router';
import type { RouteSpec } from '@star-graph/contract/route';
import { type OperationId, routes } from '@star-graph/contract/routes';
import { invariant } from '@star-graph/core/ground/errors';
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

/**
 * The first segments of a path, in which no operation has a parameter. A router tries its paths one after another, so
 * each such group has a router of its own.
 */
const groupOf = (path: string): string => path.split('/', 4).join('/');

/** The server's side of the contract: each operation with what comes before its handler. */
export function createRouter(deps: RouterDeps): ApiMiddleware {
  const routers = new Map<string, Router>();
  const compress = compressAnswers();
  for (const [operationId, spec] of Object.entries(routes) as [OperationId, RouteSpec][]) {
    const group = groupOf(spec.path);
    invariant(!group.includes('{'), `${spec.path} has a parameter too early`);
    const router = routers.get(group) ?? new Router({ strict: true, sensitive: true });
    routers.set(group, router);
    const stack = [...(spec.method === 'get' ? [compress] : []), ...stackOf(deps, operationId, spec)];
    // The router's context type lacks our state, which every request has by then.
    router[spec.method](toRouterPath(spec.path), ...(stack as unknown as RouterMiddleware[]));
  }
  const groups = new Map([...routers].map(([group, router]) => [group, router.routes()]));
  return async (ctx, next) => {
    const answer = groups.get(groupOf(ctx.path)) as ApiMiddleware | undefined;
    await (answer ? answer(ctx, next) : next());
  };
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
    if (body === undefined) return;
    // Once: what asks for its length would write it again.
    ctx.type = 'json';
    ctx.body = JSON.stringify(body);
  };
}
