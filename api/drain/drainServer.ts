import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BackendDrain } from './backendDrain.ts';

/**
 * `GET /drain` answers when the server has no task; 503 if it still has one at the end. It is a GET because that is
 * all a container's preStop hook can send. `GET /healthz` is the sidecar's own health.
 */
export async function startDrainServer(
  drain: BackendDrain,
  { port }: { port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const send = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
    if (request.method !== 'GET') send(405, 'Use GET.');
    else if (request.url === '/healthz') send(200, 'ok');
    else if (request.url !== '/drain') send(404, 'Not found.');
    else void drain.drain().then(({ isEmpty, reason }) => send(isEmpty ? 200 : 503, reason));
  });
  // An answer may take as long as a video.
  server.requestTimeout = 0;
  // The kubelet calls the pod's own address.
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
