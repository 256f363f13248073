import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { type TLSSocket, Server as TlsServer } from 'node:tls';

export interface ServerStop {
  /**
   * Accepts no new connections, closes those without a running request at once and the others after their answers,
   * and cuts those that take longer than `patienceMs`.
   */
  stop(patienceMs: number): Promise<void>;
  /**
   * A connection that was upgraded to another protocol: its owner ends it, and the stop waits for that as for an
   * answer.
   */
  handOver(socket: Socket): void;
}

/**
 * Watches the connections of a server that does not listen yet. Node can close idle keep-alive connections, but
 * counts a connection that never sent a request as busy, so that connection could delay a stop without limit.
 */
export function createServerStop(server: Server | Http2SecureServer): ServerStop {
  const answers = new Map<Socket, Set<ServerResponse>>();
  const handedOver = new WeakSet<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const raw = new Set<Socket>();
  let isStopping = false;

  // Over TLS the connection that requests name is another one than the one that arrives.
  const arrival = server instanceof TlsServer ? 'secureConnection' : 'connection';
  server.on('connection', (socket: Socket) => {
    raw.add(socket);
    socket.once('close', () => raw.delete(socket));
  });
  server.on(arrival, (socket: Socket | TLSSocket) => {
    // A session ends it.
    if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') return;
    answers.set(socket, new Set());
    socket.once('close', () => answers.delete(socket));
  });
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    if (isStopping) session.close();
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const inHand = answers.get(socket);
    if (!inHand) return;
    inHand.add(response);
    if (isStopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      inHand.delete(response);
      if (isStopping && inHand.size === 0) socket.destroySoon();
    });
  });

  return {
    handOver: (socket) => handedOver.add(socket),
    async stop(patienceMs) {
      isStopping = true;
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.close();
      for (const [socket, inHand] of answers) {
        if (inHand.size === 0 && !handedOver.has(socket)) socket.destroy();
        for (const response of inHand) response.shouldKeepAlive = false;
      }
      const timer = setTimeout(() => {
        for (const session of sessions) session.destroy();
        for (const socket of raw) socket.destroy();
      }, patienceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
