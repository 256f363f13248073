import type { IncomingMessage, Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import type { Subscriber } from '@star-graph/core/ground/redis/subscriber';
import { sharePrefix } from '@star-graph/core/ground/storage/keys';
import { isNamed } from '@star-graph/core/library/assets/assets';
import { isShared } from '@star-graph/core/library/assets/shares';
import type { EventFeeds } from '@star-graph/core/work/events/eventFeeds';
import { graphBounds } from '@star-graph/workflows/shared/boundedJson';
import type { Middleware } from 'koa';
import type { ApiMiddleware } from './apiContext.ts';
import type { ApiDeps } from './apiDeps.ts';
import { createDoors } from './doors/createDoors.ts';
import { serveDocuments } from './doors/documents.ts';
import { createGraphServer } from './doors/graph/graphServer.ts';
import { createSdapiServer } from './doors/sdapi/sdapiServer.ts';
import { createConnectionSlots } from './limits/connectionSlots.ts';
import { answerProblems } from './middleware/answerProblems.ts';
import { authenticateRequest } from './middleware/authenticateRequest.ts';
import { createOriginRule, crossOrigin, ownOrigins, securityHeaders } from './middleware/browserRules.ts';
import { createAddressTest, createClientAddress } from './middleware/clientAddress.ts';
import { limitRate } from './middleware/limitRate.ts';
import { measureRequests } from './middleware/measureRequests.ts';
import { nameRequest } from './middleware/nameRequest.ts';
import { createHostRule, requireOwnHost } from './middleware/ownHost.ts';
import { readJson } from './middleware/readJson.ts';
import { tellChange } from './middleware/tellChange.ts';
import { createDocumentReader } from './pages/documentReader.ts';
import { serveConsole } from './pages/serveConsole.ts';
import { serveDocs } from './pages/serveDocs.ts';
import { serveGuide } from './pages/serveGuide.ts';
import { serveReset } from './pages/serveReset.ts';
import { serveShare } from './pages/serveShare.ts';
import { serveSignIn } from './pages/serveSignIn.ts';
import { serveVerification } from './pages/serveVerification.ts';
import { serveFiles } from './routes/assets/serveFiles.ts';
import { findSessionCookie } from './routes/auth/sessionCookie.ts';
import { createHandlers } from './routes/createHandlers.ts';
import { createRouter } from './routes/createRouter.ts';
import { refuseUnknown } from './routes/refuseUnknown.ts';
import { createTaskEvents, type TaskEvents } from './routes/tasks/taskEvents.ts';
import { attachStomp } from './stomp/endpoint.ts';
import { defaultStompLimits } from './stomp/limits.ts';
import { createStompActions } from './stomp/stompActions.ts';
import { createWalls } from './stomp/walls.ts';
import { createApp } from './transport/createApp.ts';
import { createListeners } from './transport/listeners.ts';

export interface ServerDeps extends ApiDeps {
  feeds: EventFeeds;
  subscriber: Subscriber;
}

interface ApiServer {
  /** Not listening yet. */
  server: Server;
  /** The same over TLS, if there is a certificate; not listening yet. */
  secureServer: Http2SecureServer | undefined;
  /** For programs that speak the API of A1111, if they have a port; not listening yet. */
  sdapiServer: Server | Http2SecureServer | undefined;
  /** That of ComfyUI's clients, if it has a port. */
  graphServer: Server | Http2SecureServer | undefined;
  /**
   * Accepts no new requests, ends sockets and event streams with a note to reconnect, finishes running requests, and
   * cuts those that take longer.
   */
  stop(patienceMs: number): Promise<void>;
}

/** Statements end after 8 s; no client waits longer than 10 s for an answer. */
const usualLimitMs = 9_000;
/**
 * The whole API on one HTTP server: REST by the contract, STOMP at `/ws`, event streams, files, docs.
 * @param answerLimitMs after which a request is answered that it took too long
 */
export async function createApiServer(deps: ServerDeps, answerLimitMs = usualLimitMs): Promise<ApiServer> {
  const { config } = deps;
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES);
  const { isAllowedOrigin, isOwnHost } = createAddressRules(deps);
  const takeConnectionSlot = createConnectionSlots(config.SOCKETS_PER_USER);
  const actions = createStompActions(deps);
  const taskEvents = await createTaskEvents({ ...deps, ...actions, takeConnectionSlot });
  const doors = createDoors(deps, isAllowedOrigin);

  const shared = [
    nameRequest({ log: deps.log, clientAddress, isTraceCaller: createAddressTest(config.TRACE_CALLERS) }),
    measureRequests,
    requireOwnHost(isOwnHost),
  ];
  const app = createApp(deps, shared);
  const use = (middleware: ApiMiddleware) => app.use(middleware as Middleware);
  app.use(crossOrigin({ isAllowedOrigin }));
  app.use(securityHeaders({ isHttps: deps.publicUrl.startsWith('https:') }));
  use(answerProblems);
  const isNamedHere = (key: string, ofDeleted: boolean) =>
    key.startsWith(sharePrefix)
      ? isShared(deps, key)
      : isNamed(deps.database, key, ofDeleted ? deps.clock.now() : undefined);
  if (deps.fileUrls) use(serveFiles({ ...deps, fileUrls: deps.fileUrls, isNamed: isNamedHere }));
  // Before the rest: most requests are theirs. A door says in its protocol's words what it has not.
  use(createApiRouter(deps, taskEvents, answerLimitMs));
  for (const { middleware } of doors) app.use(middleware);
  use(await serveDocs(createDocumentReader(deps)));
  use(await serveGuide());
  use(serveDocuments(deps));
  // Files come from this server unless an object store serves them.
  use(await serveConsole({ filesFrom: deps.filesFrom, isInDiscord: deps.activity !== undefined }));
  use(await serveSignIn(deps));
  use(await serveShare(deps));
  use(serveReset);
  use(serveVerification);
  use(refuseUnknown);

  const listeners = await createListeners(deps);
  const stomp = await attachStomp(
    { ...deps, ...actions, walls: createWalls(deps) },
    {
      path: '/ws',
      limits: {
        ...defaultStompLimits,
        socketsPerCaller: config.SOCKETS_PER_USER,
        subscriptionsPerSocket: config.SUBSCRIPTIONS_PER_SOCKET,
      },
      isAllowedOrigin,
      isOwnHost,
      onTaken(socket: Socket) {
        for (const { handOver } of listeners.stops) handOver(socket);
      },
      addressOf: (request: IncomingMessage) =>
        clientAddress(request.socket.remoteAddress, request.headers['x-forwarded-for']?.toString()),
    },
    app,
    listeners.all,
  );
  listeners.answer(app.callback());
  const sdapi = config.SDAPI_PORT === undefined ? undefined : await createSdapiServer(deps, shared);
  const graph = config.GRAPH_PORT === undefined ? undefined : await createGraphServer(deps, shared);
  return {
    server: listeners.plain,
    secureServer: listeners.secure,
    sdapiServer: sdapi?.server,
    graphServer: graph?.server,
    async stop(patienceMs) {
      taskEvents.close();
      for (const door of doors) door.close();
      const doorsStop = [sdapi, graph].map((door) => door?.stop(patienceMs));
      await Promise.all([stomp.close(), listeners.stop(patienceMs), ...doorsStop]);
    },
  };
}

/** Whose pages may call, and under which names. */
function createAddressRules({ config, publicUrl, activity }: ServerDeps) {
  // Discord's proxy, through which the Activity comes.
  const proxies = activity ? [`${activity.discord.applicationId}.discordsays.com`] : [];
  const origins = proxies.map((host) => `https://${host}`);
  return {
    isAllowedOrigin: createOriginRule([...config.CORS_ORIGINS, ...ownOrigins(publicUrl), ...origins]),
    isOwnHost: createHostRule({
      publicUrl,
      config: { ALLOWED_HOSTS: [...config.ALLOWED_HOSTS, ...proxies] },
    }),
  };
}

function createApiRouter(deps: ServerDeps, taskEvents: TaskEvents, answerLimitMs: number) {
  return createRouter({
    handlers: { ...createHandlers(deps), followTask: taskEvents.followTask },
    authenticate: (isLimited) => authenticateRequest(deps, isLimited ? deps.readmission : undefined),
    limitRate: limitRate(deps),
    requireAddress: deps.requireAddress,
    findSessionCookie: findSessionCookie(deps),
    readJson: readJson({ limitBytes: deps.config.BODY_LIMIT_BYTES }),
    readGraph: readJson({ limitBytes: deps.config.BODY_LIMIT_BYTES, bounds: graphBounds }),
    tellChange: tellChange(deps),
    clock: deps.clock,
    answerLimitMs,
  });
}
