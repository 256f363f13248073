import { createServer, type RequestListener, type Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Env } from '@star-graph/core/ground/config/config';
import { createServerStop, type ServerStop } from '@star-graph/core/ground/runtime/stopServer';
import type { Logger } from 'pino';
import { boundConnections } from '../limits/boundConnections.ts';
import { createAddressTest } from '../middleware/clientAddress.ts';
import { answerRefusals } from './rawAnswer.ts';
import { createTlsServer } from './secureServer.ts';

/** The servers of one set of answers, which do not listen yet. */
interface Listeners {
  plain: Server;
  /** The same over TLS, if there is a certificate. */
  secure: Http2SecureServer | undefined;
  all: readonly (Server | Http2SecureServer)[];
  stops: readonly ServerStop[];
  /** Answers every request; upgrades are for others. */
  answer(listener: RequestListener): void;
  /** Ends running requests after their answers, and cuts those that take longer. */
  stop(patienceMs: number): Promise<void>;
}

const timeLimits = {
  /** Slow senders of large pictures are welcome; ones that send headers slowly are not. */
  requestTimeout: 15 * 60_000,
  headersTimeout: 15_000,
  /** Longer than proxies keep theirs, so that the proxies close. */
  keepAliveTimeout: 75_000,
};
/** How often Node checks for late ones. */
const lateCheckMs = 5_000;
/** How soon a renewed certificate is in force. */
const certificateWatchMs = 10_000;

export async function createListeners(deps: { config: Env; log: Logger }): Promise<Listeners> {
  const { config } = deps;
  const plain = createServer({ ...timeLimits, connectionsCheckingInterval: lateCheckMs });
  const secure = await createSecure(deps);
  const all = secure ? [plain, secure.server] : [plain];
  const connections = { perAddress: config.CONNECTIONS_PER_ADDRESS, inAll: config.CONNECTIONS };
  for (const server of all) boundConnections(server, connections, createAddressTest(config.TRUSTED_PROXIES));
  const stops = all.map(createServerStop);
  return {
    plain,
    secure: secure?.server,
    all,
    stops,
    answer(listener) {
      for (const server of all) {
        answerRefusals(server);
        server.on('request', listener);
      }
    },
    async stop(patienceMs) {
      secure?.close();
      await Promise.all(stops.map(({ stop }) => stop(patienceMs)));
    },
  };
}

async function createSecure({ config, log }: { config: Env; log: Logger }) {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = config;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new Error('TLS_CERT_FILE and TLS_KEY_FILE belong together: set both, or none.');
  if (certFile === undefined || keyFile === undefined) return undefined;
  return createTlsServer({ log }, { certFile, keyFile, watchMs: certificateWatchMs }, timeLimits);
}
