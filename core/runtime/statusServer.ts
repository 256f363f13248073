import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { register } from 'prom-client';
import { hashSecret, isSameHash } from '../encryption/secrets.ts';
import { createServerStop } from './stopServer.ts';

export interface StatusServerConfig {
  port: number;
  host: string;
  /** Wanted for metrics, not for health. */
  token: string | undefined;
}

const timeLimits = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
/** A reader of metrics that is slower holds up no stop. */
const answerLimitMs = 1_000;
const mostConnections = 64;

/** `GET /healthz` and `GET /metrics`, for those who watch over the processes. */
export async function startStatusServer({
  port,
  host,
  token,
}: StatusServerConfig): Promise<{ close(): Promise<void> }> {
  const expected = token === undefined ? undefined : hashSecret(`Bearer ${token}`);
  const mayRead = ({ headers: { authorization = '' } }: IncomingMessage): boolean =>
    expected === undefined || isSameHash(hashSecret(authorization), expected);
  let reading: Promise<string> | undefined;
  /** Once for all who ask meanwhile. */
  const readMetrics = (): Promise<string> => {
    reading ??= register.metrics().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  const server = createServer(timeLimits, (request, response) => {
    if (request.url === '/healthz') {
      response.setHeader('content-type', 'application/json').end('{"ok":true}');
      return;
    }
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    if (!mayRead(request)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="star-graph-metrics"' }).end();
      return;
    }
    readMetrics().then(
      (text) => response.setHeader('content-type', register.contentType).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.maxConnections = mostConnections;
  const { stop } = createServerStop(server);
  server.listen(port, host);
  await once(server, 'listening');
  return { close: () => stop(answerLimitMs) };
}

/** What the environment says of a status server; undefined without a port. */
export const openStatusServer = (
  port: number | undefined,
  env: { METRICS_HOST: string; METRICS_TOKEN?: string | undefined },
): Promise<{ close(): Promise<void> }> | undefined =>
  port === undefined
    ? undefined
    : startStatusServer({ port, host: env.METRICS_HOST, token: env.METRICS_TOKEN });
