import { createServer, type Server } from 'node:http';
import { createServerStop } from '@star-graph/core/runtime/stopServer';
import { allowOwnClasses } from '@star-graph/workflows/ownGraph/allowedClasses';
import Koa, { type Middleware } from 'koa';
import type { ApiMiddleware } from '../../apiContext.ts';
import { boundConnections } from '../../limits/boundConnections.ts';
import { createOriginRule, crossOrigin, ownOrigins, securityHeaders } from '../../middleware/browserRules.ts';
import { createAddressTest, createClientAddress } from '../../middleware/clientAddress.ts';
import { measureRequests } from '../../middleware/measureRequests.ts';
import { nameRequest } from '../../middleware/nameRequest.ts';
import { answerRefusals } from '../../problems/rawAnswer.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { createGraphDoor } from './graphDoor.ts';
import { createPersonRuns } from './runs/personRuns.ts';
import { attachGraphSockets } from './sockets/graphSockets.ts';

export interface GraphServer {
  /** Not listening yet. */
  server: Server;
  stop(patienceMs: number): Promise<void>;
}

/** As the main server has them. */
const timeLimits = { requestTimeout: 15 * 60_000, headersTimeout: 15_000, keepAliveTimeout: 75_000 };

/** The graph door on a server of its own: its clients take an address without a path. */
export function createGraphServer(deps: DoorDeps): GraphServer {
  const { config } = deps;
  const runs = createPersonRuns(deps);
  const door = { ...deps, runs, allowedClasses: allowOwnClasses(config.GRAPH_NODE_CLASSES) };
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES);
  const isAllowedOrigin = createOriginRule([...config.CORS_ORIGINS, ...ownOrigins(deps.publicUrl)]);
  const app = new Koa();
  app.silent = true;
  app.on('error', (error: Error) => deps.log.debug({ err: error }, 'an answer could not be written'));
  const use = (middleware: ApiMiddleware) => app.use(middleware as Middleware);
  use(nameRequest({ log: deps.log, clientAddress, isTraceCaller: createAddressTest(config.TRACE_CALLERS) }));
  use(measureRequests);
  app.use(crossOrigin({ isAllowedOrigin }));
  app.use(securityHeaders({ isHttps: deps.publicUrl.startsWith('https:') }));
  for (const middleware of createGraphDoor(door)) use(middleware);
  const server = createServer({ ...timeLimits, connectionsCheckingInterval: 5_000 });
  const bounds = { perAddress: config.CONNECTIONS_PER_ADDRESS, inAll: config.CONNECTIONS };
  boundConnections(server, bounds, createAddressTest(config.TRUSTED_PROXIES));
  const stopping = createServerStop(server);
  answerRefusals(server);
  server.on('request', app.callback());
  const sockets = attachGraphSockets(door, server, {
    isAllowedOrigin,
    addressOf: (request) =>
      clientAddress(request.socket.remoteAddress, request.headers['x-forwarded-for']?.toString()),
    onTaken: (socket) => stopping.handOver(socket),
  });
  return {
    server,
    async stop(patienceMs) {
      await Promise.all([sockets.close(), stopping.stop(patienceMs)]);
      runs.close();
    },
  };
}
