import { Readable } from 'node:stream';
import Router, { type RouterMiddleware } from '@koa/router';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { invariant, Problem } from '@star-graph/core/ground/errors';
import { requirePerson } from '@star-graph/core/people/identity/caller';
import { doorUploads } from '@star-graph/workflows/shared/uploadRules';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import type { IsAllowedOrigin } from '../../middleware/browserRules.ts';
import { readJson } from '../../middleware/readJson.ts';
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
import { registerPrograms } from './registrationEndpoint.ts';
import { giveTokens, takeTokens } from './tokenEndpoint.ts';
import type { Visit } from './visit.ts';

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

/** Reads the message of a POST. A large one, or one of unknown length, takes a slot of those who upload. */
function createBodyReader(deps: Pick<DoorDeps, 'config' | 'takeUploadSlot'>): ApiMiddleware {
  const usualBytes = deps.config.BODY_LIMIT_BYTES;
  const readUsual = readJson({ limitBytes: usualBytes });
  const readLarge = readJson({ limitBytes: doorUploads.jsonBytes });
  return async (ctx, next) => {
    if (ctx.method === 'POST') {
      const isUsual = (ctx.request.length ?? Number.POSITIVE_INFINITY) <= usualBytes;
      if (isUsual) await readUsual(ctx, async () => {});
      else {
        const leaveSlot = deps.takeUploadSlot(requirePerson(ctx.state.caller).account.id);
        await readLarge(ctx, async () => {}).finally(leaveSlot);
      }
      // Each would count as one request, whatever is in it; the protocol has none any more.
      if (Array.isArray(ctx.request.body))
        throw new Problem('invalid-params', 'Send one message a request, not a list of them.');
    }
    await next();
  };
}

/** What a client's own settings allow its key to spend a day. */
const spendingHeader = 'star-graph-credits-per-day';

/**
 * The protocol has no sessions that could have a limit: what a client is told apart by is its key, and a day is as long
 * as a session lasts. The lower of the operator's limit and the client's own counts, beside that of the key itself.
 * @throws Problem `invalid-params`.
 */
async function readSpendingLimit(
  { settings }: Pick<DoorDeps, 'settings'>,
  ctx: ApiContext,
): Promise<number | undefined> {
  const { MCP_CREDITS_PER_DAY: ofAll } = await settings.read();
  const given = ctx.get(spendingHeader);
  if (given === '') return ofAll === 0 ? undefined : ofAll;
  if (!/^\d{1,9}$/.test(given))
    throw new Problem('invalid-params', 'Star-Graph-Credits-Per-Day has to be a whole number of credits.');
  if (ctx.state.caller?.kind !== 'key')
    throw new Problem('invalid-params', 'Star-Graph-Credits-Per-Day limits an API key. Send one as Bearer.');
  return ofAll === 0 ? Number(given) : Math.min(ofAll, Number(given));
}

/**
 * A request as the protocol's package takes it. Its body was read before. The credential stays outside: it has done its
 * part.
 */
function toWebRequest(ctx: ApiContext, publicUrl: string, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(ctx.headers)) {
    // Those of HTTP/2 begin with a colon.
    if (value === undefined || name.startsWith(':') || secretHeaders.has(name)) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return new Request(new URL(ctx.path, publicUrl), { method: ctx.method, headers, signal });
}

const secretHeaders = new Set(['authorization', 'cookie', 'x-api-key']);

function answerWith(ctx: ApiContext, response: Response): void {
  ctx.body = response.body && Readable.from(response.body);
  // After the body, since Koa makes 204 of what has none: the protocol wants 202 for a notification.
  ctx.status = response.status;
  for (const [name, value] of response.headers) ctx.set(name, value);
  ctx.set({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
}
