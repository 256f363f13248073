import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashSecret, isSameHash } from '../encryption/secrets.ts';
import { chooseFormat, type MetricsFormat, type ReadMetrics, readMetrics } from '../telemetry/readMetrics.ts';
import type { Health, Readiness } from './health/health.ts';
import { hostNameOf, isFixedHost } from './hostName.ts';
import { createServerStop } from './stopServer.ts';

interface StatusServerConfig {
  port: number;
  host: string;
  /** Required for metrics, not for health. */
  token: string | undefined;
  /** What `GET /readyz` and `/startupz` tell. */
  health: Health;
}

interface StatusServer {
  url: string;
  close(): Promise<void>;
}

const timeLimits = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
/** A slower reader of metrics does not delay a stop. */
const answerLimitMs = 1_000;
const mostConnections = 64;

const isLoopback = ({ socket: { localAddress = '' } }: IncomingMessage): boolean =>
  localAddress === '::1' || /^(::ffff:)?127\./.test(localAddress);

/** `GET /healthz`, `/readyz`, `/startupz` and `/metrics`, for those who watch over the processes. */
export async function startStatusServer({
  port,
  host,
  token,
  health,
}: StatusServerConfig): Promise<StatusServer> {
  const expected = token === undefined ? undefined : hashSecret(`Bearer ${token}`);
  const mayRead = ({ headers: { authorization = '' } }: IncomingMessage): boolean =>
    expected === undefined || isSameHash(hashSecret(authorization), expected);
  const reading = new Map<MetricsFormat, Promise<ReadMetrics>>();
  /** One read for all simultaneous requests of a format. */
  const readOnce = (format: MetricsFormat): Promise<ReadMetrics> => {
    const read = reading.get(format) ?? readMetrics(format).finally(() => reading.delete(format));
    reading.set(format, read);
    return read;
  };

  const server = createServer(timeLimits, (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type }).end(body);
    const sendReadiness = (read: Promise<Readiness>) =>
      read.then((readiness) =>
        send(readiness.ready ? 200 : 503, 'application/json', JSON.stringify(readiness)),
      );
    // Reached over this machine's own network only pages can ask for another name, one that was made to lead here.
    if (isLoopback(request) && !isFixedHost(hostNameOf(request.headers.host ?? 'localhost')))
      send(421, 'text/plain', 'Ask for this machine by its address or as localhost.');
    else if (request.url === '/healthz') send(200, 'application/json', '{"status":"ok"}');
    else if (request.url === '/readyz') void sendReadiness(health.readiness());
    else if (request.url === '/startupz') void sendReadiness(health.startup());
    else if (request.url !== '/metrics') send(404, 'text/plain', 'Not found.');
    else if (!mayRead(request)) {
      response.setHeader('www-authenticate', 'Bearer realm="star-graph-metrics"');
      send(401, 'text/plain', 'Send Authorization: Bearer and METRICS_TOKEN.');
    } else
      readOnce(chooseFormat(request.headers.accept)).then(
        ({ type, text }) => send(200, type, text),
        () => send(500, 'text/plain', 'The metrics could not be read.'),
      );
  });
  server.maxConnections = mostConnections;
  const { stop } = createServerStop(server);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close: () => stop(answerLimitMs),
  };
}

/** The settings of a status server from the environment; undefined without a port. */
export const openStatusServer = (
  port: number | undefined,
  env: { METRICS_HOST: string; METRICS_TOKEN?: string | undefined },
  health: Health,
): Promise<StatusServer> | undefined =>
  port === undefined
    ? undefined
    : startStatusServer({ port, host: env.METRICS_HOST, token: env.METRICS_TOKEN, health });
