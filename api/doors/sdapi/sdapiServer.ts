import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import { Problem } from '@star-graph/core/ground/errors';
import type { Middleware } from 'koa';
import type { ApiMiddleware } from '../../apiContext.ts';
import { createApp } from '../../transport/createApp.ts';
import { createListeners } from '../../transport/listeners.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { hideKey } from '../keyInPath.ts';
import { describeDoor } from './document.ts';
import { answerErrors } from './errors.ts';
import { createSdapiDoor, sdapiPrefix } from './sdapiDoor.ts';

interface SdapiServer {
  /** Not listening yet; over TLS where there is a certificate, since keys come along. */
  server: Server | Http2SecureServer;
  stop(patienceMs: number): Promise<void>;
}

const keyBeforePath = /^\/([^/?#]+)(\/sdapi\/.*)$/;

/**
 * The door at the root of a port of its own: some of its programs put the path of their requests in place of the one
 * that they were given.
 */
export async function createSdapiServer(
  deps: DoorDeps,
  shared: readonly ApiMiddleware[],
): Promise<SdapiServer> {
  const door = createSdapiDoor(deps);
  const app = createApp(deps, shared);
  app.use(answerErrors as Middleware);
  app.use(describe as Middleware);
  app.use(door.middleware);
  app.use(refuse as Middleware);
  const listeners = await createListeners(deps);
  const answer = app.callback();
  listeners.answer((request, response) => {
    hideKey(request, keyBeforePath);
    return answer(request, response);
  });
  return {
    server: listeners.secure ?? listeners.plain,
    async stop(patienceMs) {
      door.close();
      await listeners.stop(patienceMs);
    },
  };
}

const document = describeDoor(sdapiPrefix);

/** Where A1111 has it too. */
const describe: ApiMiddleware = async (ctx, next) => {
  if (ctx.path !== '/openapi.json' || ctx.method !== 'GET') return next();
  ctx.state.routePath = ctx.path;
  ctx.body = document;
};

const refuse: ApiMiddleware = async () => {
  throw new Problem(
    'not-found',
    `Only a part of ${sdapiPrefix} is offered here. GET /openapi.json lists it.`,
  );
};
