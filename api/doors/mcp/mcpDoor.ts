import Router, { type RouterMiddleware } from '@koa/router';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { invariant, Problem } from '@star-graph/core/ground/errors';
import { requirePerson } from '@star-graph/core/people/identity/caller';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import type { IsAllowedOrigin } from '../../middleware/browserRules.ts';
import { createWorkflowListing } from '../../routes/catalogue/workflowListing.ts';
import { authorizationServerOf } from '../../routes/users/authorizationServer.ts';
import { HttpProblem } from '../../transport/httpProblem.ts';
import type { Door, DoorDeps } from '../doorDeps.ts';
import { letIn, talks } from '../letIn.ts';
import { createWaitingClients } from '../waitingClients.ts';
import { createMcpServer } from './mcpServer.ts';
import {
  challengeOf,
  describeResource,
  describeServer,
  registrationPath,
  resourceMetadataPath,
  revocationPath,
  serverMetadataPath,
  tokenPath,
} from './metadata.ts';
import { createBodyReader } from './readMessage.ts';
import { registerPrograms } from './registrationEndpoint.ts';
import { readSpendingLimit } from './spendingLimit.ts';
import { giveTokens, takeTokens } from './tokenEndpoint.ts';
import type { Visit } from './visit.ts';
import { answerWith, toWebRequest } from './webRequest.ts';

const mcpPath = '/mcp';

/** The Model Context Protocol at `/mcp`: tools that make tasks, with the rights and limits of the person behind the key. */
export function createMcpDoor(deps: DoorDeps, isAllowedOrigin: IsAllowedOrigin): Door {
  const clients = createWaitingClients();
  const door = { ...deps, listing: createWorkflowListing(deps) };
  const visits = new WeakMap<Request, Visit>();
  const handler = createMcpHandler(
    ({ requestInfo }) => {
      const visit = requestInfo && visits.get(requestInfo);
      invariant(visit, 'a request that is served was let in');
      return createMcpServer(door, visit);
    },
    {
      onerror: (err) => deps.log.debug({ err }, 'a request of MCP was not served'),
      // Nothing here changes on its own.
      maxSubscriptions: 0,
    },
  );
  const serve: ApiMiddleware = async (ctx) => {
    const signal = clients.watch(ctx);
    const creditsPerDay = await readSpendingLimit(deps, ctx);
    const request = toWebRequest(ctx, deps.publicUrl, goneSignal(ctx));
    visits.set(request, { ctx, caller: requirePerson(ctx.state.caller), signal, creditsPerDay });
    const parsedBody = ctx.method === 'POST' ? { parsedBody: ctx.request.body } : {};
    answerWith(ctx, await handler.fetch(request, parsedBody));
  };
  const router = new Router({ strict: true, sensitive: true });
  const { resource } = authorizationServerOf(deps.publicUrl);
  const stack: ApiMiddleware[] = [
    requireOwnOrigin(isAllowedOrigin),
    challenge(deps),
    ...letIn(deps, talks, { authorizationOf, resource }),
    createBodyReader(deps),
    serve,
  ];
  const add = (path: string, methods: string[], ...handlers: ApiMiddleware[]) => {
    const whole = [named(path), requireOpen(deps), ...handlers];
    // The router's context type lacks our state, which every request has by then.
    router.register(path, methods, whole as unknown as RouterMiddleware[]);
  };
  add(mcpPath, ['get', 'post', 'delete'], ...stack);
  const resourceMetadata = show(describeResource(deps.publicUrl));
  for (const path of [resourceMetadataPath, `${resourceMetadataPath}${mcpPath}`])
    add(path, ['get'], resourceMetadata);
  add(serverMetadataPath, ['get'], show(describeServer(deps.publicUrl)));
  add(registrationPath, ['post'], ...registerPrograms(deps));
  add(tokenPath, ['post'], ...giveTokens(deps));
  add(revocationPath, ['post'], ...takeTokens(deps));
  return {
    middleware: router.routes(),
    close: () => clients.close(),
  };
}

const named =
  (path: string): ApiMiddleware =>
  async (ctx, next) => {
    ctx.state.routePath = path;
    await next();
  };

/** What programs read before they are let in, from wherever they are. */
const show =
  (document: object): ApiMiddleware =>
  async (ctx) => {
    ctx.body = document;
  };

const requireOpen =
  ({ settings }: Pick<DoorDeps, 'settings'>): ApiMiddleware =>
  async (_ctx, next) => {
    if (settings.latest.MCP_DOOR === 'off')
      throw new Problem('not-found', 'This platform does not answer MCP clients.');
    await next();
  };

/** As the protocol wants it, so that no page of another site talks to a server in the network of its reader. */
const requireOwnOrigin =
  (isAllowedOrigin: IsAllowedOrigin): ApiMiddleware =>
  async (ctx, next) => {
    const origin = ctx.get('origin');
    if (origin !== '' && !isAllowedOrigin(origin))
      throw new HttpProblem(
        403,
        'forbidden',
        'Pages of this site may not call the platform: CORS_ORIGINS does not name it.',
      );
    await next();
  };

/** Some clients can set any header but this one. */
const authorizationOf = (ctx: ApiContext): string => {
  const key = ctx.get('x-api-key');
  return ctx.get('authorization') || (key === '' ? '' : `Bearer ${key}`);
};

/** What a refused program reads, to learn where its person signs in. */
const challenge =
  (deps: DoorDeps): ApiMiddleware =>
  async (ctx, next) => {
    ctx.state.challenge = challengeOf(deps.publicUrl, authorizationOf(ctx) !== '');
    await next();
  };

/** The package ends what it does for a request when this aborts; tasks go on. */
function goneSignal({ res }: ApiContext): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return gone.signal;
}
