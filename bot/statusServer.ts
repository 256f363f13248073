import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { register } from 'prom-client';

export interface StatusServer {
  url: string;
  close(): Promise<void>;
}

const timeLimits = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };

/** `/healthz`, `/readyz` and `/metrics`, on loopback. @param isReady both connections are up. */
export async function startStatusServer(port: number, isReady: () => boolean): Promise<StatusServer> {
  const server: Server = createServer(timeLimits, (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'Content-Type': type }).end(body);
    if (request.url === '/healthz') send(200, 'application/json', '{"status":"ok"}');
    else if (request.url === '/readyz') {
      const ready = isReady();
      send(ready ? 200 : 503, 'application/json', JSON.stringify({ ready }));
    } else if (request.url === '/metrics') {
      register.metrics().then(
        (text) => send(200, register.contentType, text),
        () => send(500, 'text/plain', 'The metrics could not be read.'),
      );
    } else send(404, 'text/plain', 'Not found.');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      // Those that never sent a request too; an answer in hand is a scrape that comes again.
      server.closeAllConnections();
      await closed;
    },
  };
}
