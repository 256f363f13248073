import { once } from 'node:events';
import { createServer } from 'node:http';
import { register } from 'prom-client';
import { createServerStop } from '../stopServer.ts';

const timeLimits = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
/** A reader of metrics that is slower holds up no stop. */
const answerLimitMs = 1_000;

/** `GET /healthz` and `GET /metrics` on loopback. */
export async function startStatusServer(port: number): Promise<{ close(): Promise<void> }> {
  const server = createServer(timeLimits, (request, response) => {
    if (request.url === '/healthz') {
      response.setHeader('content-type', 'application/json').end('{"ok":true}');
      return;
    }
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    register.metrics().then(
      (text) => response.setHeader('content-type', register.contentType).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const { stop } = createServerStop(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    close: () => stop(answerLimitMs),
  };
}
