import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Env } from '@star-graph/core/ground/config/config';
import { requireSchema } from '@star-graph/core/ground/db/migrateDatabase';
import { listenToWakeSignals } from '@star-graph/core/ground/redis/wakeSignals';
import { openStatusServer } from '@star-graph/core/ground/runtime/statusServer';
import { watchModelFolder } from '@star-graph/core/library/catalogue/models/modelFolder';
import { watchWorkflowFolder } from '@star-graph/core/library/workflows/workflowFolder';
import { ensureAdministrator } from '@star-graph/core/people/identity/accounts/accounts';
import { createRelay } from '@star-graph/core/work/events/outbox/relay';
import { createDeliveryPace, deliverWebhooks } from '@star-graph/core/work/events/webhooks/deliverWebhooks';
import { createApiDeps, type OpenedDeps } from './createApiDeps.ts';
import { createApiServer } from './server.ts';

export interface RunningApi {
  /** The address it listens on; behind a proxy people use another one. */
  url: string;
  /** The same over TLS, if there is a certificate. */
  secureUrl: string | undefined;
  /** Where clients of ComfyUI come in, if they do. */
  graphUrl: string | undefined;
  /** Where programs come in that speak the API of A1111, if they have a port. */
  sdapiUrl: string | undefined;
  deps: OpenedDeps;
  /** Takes no new requests, finishes the running ones, and closes everything. */
  stop(): Promise<void>;
}

/** Opens, listens and publishes events until `stop`. */
export async function startApi(
  { answerLimitMs, ...deps }: Parameters<typeof createApiDeps>[0] & { answerLimitMs?: number },
  env: Env,
): Promise<RunningApi> {
  const opened = await createApiDeps(deps, env);
  try {
    await requireSchema(opened.database);
    if (env.ADMIN_PASSWORD !== undefined)
      await ensureAdministrator(opened, { username: env.ADMIN_USERNAME, password: env.ADMIN_PASSWORD });
    const { server, secureServer, sdapiServer, graphServer, stop } = await createApiServer(
      opened,
      answerLimitMs,
    );
    const relay = await startRelay(opened);
    const folder = await startWorkflowFolder(opened);
    const models = await startModelFolder(opened);
    const views = await keepViews(opened);
    const status = await openStatusServer(env.METRICS_PORT, env, opened.health);
    server.listen(env.API_PORT, env.API_HOST);
    await once(server, 'listening');
    if (secureServer) {
      secureServer.listen(env.TLS_PORT, env.TLS_HOST);
      await once(secureServer, 'listening');
    }
    const [doorHost, doorScheme] = secureServer
      ? ([env.TLS_HOST, 'https'] as const)
      : ([env.API_HOST, 'http'] as const);
    if (graphServer) {
      graphServer.listen(env.GRAPH_PORT, doorHost);
      await once(graphServer, 'listening');
    }
    if (sdapiServer) {
      sdapiServer.listen(env.SDAPI_PORT, doorHost);
      await once(sdapiServer, 'listening');
    }
    return {
      graphUrl: graphServer && urlOf(graphServer, doorScheme),
      sdapiUrl: sdapiServer && urlOf(sdapiServer, doorScheme),
      secureUrl: secureServer && urlOf(secureServer, 'https'),
      url: urlOf(server),
      deps: opened,
      async stop() {
        await status?.close();
        await stop(env.SHUTDOWN_SECONDS * 1_000);
        await folder?.stop();
        await models?.stop();
        // Last: the requests that just finished have events to publish.
        await relay.stop();
        await views.stop();
        await opened.close();
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Before the first request: workflows in the folder are on offer from the start. */
async function startWorkflowFolder(deps: OpenedDeps): Promise<{ stop(): Promise<void> } | undefined> {
  const { WORKFLOWS_DIR: directory } = deps.config;
  if (directory === undefined) return undefined;
  const onAdded = () => deps.catalogue.refresh();
  return watchWorkflowFolder({ ...deps, logger: deps.log, onAdded }, deps.workflowRules, resolve(directory));
}

/** What the folder hides is hidden before the first request. */
async function startModelFolder(deps: OpenedDeps): Promise<{ stop(): Promise<void> } | undefined> {
  const { MODELS_DIR: directory, ADMIN_USERNAME: owner } = deps.config;
  if (directory === undefined) return undefined;
  const onChanged = () => deps.catalogue.refresh();
  return watchModelFolder({ ...deps, logger: deps.log, onChanged }, { directory: resolve(directory), owner });
}

/** What this process holds is read again each second, and when another has changed something. */
async function keepViews(deps: OpenedDeps): Promise<{ stop(): Promise<void> }> {
  const fresh = deps.keptViews.keepFresh();
  const stopListening = await listenToWakeSignals(deps, { views: () => fresh.hearChange() });
  return {
    async stop() {
      stopListening();
      await fresh.stop();
    },
  };
}

async function startRelay(deps: OpenedDeps): Promise<{ stop(): Promise<void> }> {
  const pace = createDeliveryPace(deps);
  const relay = createRelay({ ...deps, onSent: pace.stir });
  // A task that came or ended has events, which webhooks wait for.
  const listeners = { outbox: relay.wake, tasks: relay.stir, slots: relay.stir };
  const stopListening = await listenToWakeSignals(deps, listeners);
  const stopping = new AbortController();
  const running = Promise.all([relay.run(stopping.signal), deliverWebhooks(deps, stopping.signal, pace)]);
  return {
    async stop() {
      stopListening();
      stopping.abort();
      await running;
    },
  };
}

function urlOf(server: Server | Http2SecureServer, protocol = 'http'): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${protocol}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
