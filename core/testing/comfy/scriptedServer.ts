import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { testKey } from '../services/certificates.ts';

/** A server at an address where a ComfyUI is expected. */
interface ScriptedServer extends AsyncDisposable {
  /** `127.0.0.1:port` */
  host: string;
  /** The number of connections. */
  connections(): number;
}

/** Answers every request in the same way; by HTTPS where a certificate is given. An upgrade is a request like any. */
export async function startScriptedServer(
  answer: RequestListener,
  certificate?: string,
): Promise<ScriptedServer> {
  const server: Server =
    certificate === undefined
      ? createHttpServer(answer)
      : createHttpsServer({ cert: certificate, key: testKey }, answer);
  return await listen(server);
}

/** Sends the text to each connection before any request. */
export const startRawServer = (greet: (socket: Socket) => void): Promise<ScriptedServer> =>
  listen(createTcpServer(greet));

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
