import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { register } from 'prom-client';

export interface StatusServer {
  url: string;
  close(): Promise<void>;
}

export interface StatusServerConfig {
  port: number;
  host: string;
  /** Wanted for metrics, not for health. */
  token: string | undefined;
}

/** Hashes have equal lengths, and the comparison takes constant time. */
const isSame = (left: string, right: string): boolean =>
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());

const timeLimits = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };

/** `/healthz`, `/readyz` and `/metrics`, for monitoring. @param isReady both connections are up. */
export async function startStatusServer(
  { port, host, token }: StatusServerConfig,
  isReady: () => boolean,
): Promise<StatusServer> {
  const mayRead = (authorization = ''): boolean =>
    token === undefined || isSame(authorization, `Bearer ${token}`);
  const server: Server = createServer(timeLimits, (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'Content-Type': type }).end(body);
    if (request.url === '/healthz') send(200, 'application/json', '{"status":"ok"}');
    else if (request.url === '/readyz') {
      const ready = isReady();
      send(ready ? 200 : 503, 'application/json', JSON.stringify({ ready }));
    } else if (request.url === '/metrics' && !mayRead(request.headers.authorization)) {
      response.setHeader('WWW-Authenticate', 'Bearer realm="star-graph-metrics"');
      send(401, 'text/plain', 'Send Authorization: Bearer and METRICS_TOKEN.');
    } else if (request.url === '/metrics') {
      register.metrics().then(
        (text) => send(200, register.contentType, text),
        () => send(500, 'text/plain', 'The metrics could not be read.'),
      );
    } else send(404, 'text/plain', 'Not found.');
  });
  server.maxConnections = 64;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      // Those that never sent a request too; an answer in hand is a scrape that comes again.
      server.closeAllConnections();
      await closed;
    },
  };
}
