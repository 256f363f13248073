import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import { TLSSocket } from 'node:tls';
import type { Subscriber } from '@star-graph/core/ground/redis/subscriber';
import { allowOwnClasses } from '@star-graph/workflows/graph/allowedClasses';
import type { Middleware } from 'koa';
import type { ApiMiddleware } from '../../apiContext.ts';
import { createOriginRule, crossOrigin, ownOrigins, securityHeaders } from '../../middleware/browserRules.ts';
import { createAddressTest, createClientAddress } from '../../middleware/clientAddress.ts';
import { createHostRule } from '../../middleware/ownHost.ts';
import { createApp } from '../../transport/createApp.ts';
import { createListeners } from '../../transport/listeners.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { hideKey } from '../keyInPath.ts';
import { describeDoor } from './document.ts';
import { createGraphDoor } from './graphDoor.ts';
import { keyBeforePath } from './presentedKey.ts';
import { attachGraphSockets } from './runs/graphSockets.ts';
import { createPersonRuns } from './runs/personRuns.ts';

interface GraphServer {
  /** Not listening yet; over TLS where there is a certificate, since keys come along. */
  server: Server | Http2SecureServer;
  stop(patienceMs: number): Promise<void>;
}

/** The graph door on a server of its own: its clients take an address without a path. */
export async function createGraphServer(
  deps: DoorDeps & { subscriber: Subscriber },
  shared: readonly ApiMiddleware[],
): Promise<GraphServer> {
  const { config } = deps;
  const runs = createPersonRuns(deps);
  const door = { ...deps, runs, mayUseClass: allowOwnClasses(config.GRAPH_NODE_CLASSES) };
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES);
  const isTrustedProxy = createAddressTest(config.TRUSTED_PROXIES);
  const isAllowedOrigin = createOriginRule([...config.CORS_ORIGINS, ...ownOrigins(deps.publicUrl)]);
  const app = createApp(deps, shared);
  app.use(crossOrigin({ isAllowedOrigin }));
  app.use(securityHeaders({ isHttps: deps.publicUrl.startsWith('https:') }));
  app.use(describe as Middleware);
  for (const middleware of createGraphDoor(door)) app.use(middleware as Middleware);
  const listeners = await createListeners(deps);
  const answer = app.callback();
  listeners.answer((request, response) => {
    hideKey(request, keyBeforePath);
    return answer(request, response);
  });
  const server = listeners.secure ?? listeners.plain;
  const sockets = await attachGraphSockets(door, server, {
    isAllowedOrigin,
    isOwnHost: createHostRule(deps),
    addressOf: (request) =>
      clientAddress(request.socket.remoteAddress, request.headers['x-forwarded-for']?.toString()),
    isSecure: ({ socket, headers }) =>
      socket instanceof TLSSocket ||
      (headers['x-forwarded-proto'] === 'https' && isTrustedProxy(socket.remoteAddress ?? '')),
    onTaken(socket) {
      for (const { handOver } of listeners.stops) handOver(socket);
    },
  });
  return {
    server,
    async stop(patienceMs) {
      await Promise.all([sockets.close(), listeners.stop(patienceMs)]);
      runs.close();
    },
  };
}

const document = describeDoor();

/** Where those of other doors are, too. ComfyUI has none, so no client looks for another one there. */
const describe: ApiMiddleware = async (ctx, next) => {
  if (ctx.path !== '/openapi.json' || ctx.method !== 'GET') return next();
  ctx.state.routePath = ctx.path;
  ctx.body = document;
};
