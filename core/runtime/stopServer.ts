import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

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
export function createServerStop(server: Server): ServerStop {
  const answers = new Map<Socket, Set<ServerResponse>>();
  const handedOver = new WeakSet<Socket>();
  let isStopping = false;

  server.on('connection', (socket: Socket) => {
    answers.set(socket, new Set());
    socket.once('close', () => answers.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const inHand = answers.get(socket);
    inHand?.add(response);
    if (isStopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      inHand?.delete(response);
      if (isStopping && inHand?.size === 0) socket.destroySoon();
    });
  });

  return {
    handOver: (socket) => handedOver.add(socket),
    async stop(patienceMs) {
      isStopping = true;
      const closed = once(server, 'close');
      server.close();
      for (const [socket, inHand] of answers) {
        if (inHand.size === 0 && !handedOver.has(socket)) socket.destroy();
        for (const response of inHand) response.shouldKeepAlive = false;
      }
      const timer = setTimeout(() => {
        for (const socket of answers.keys()) socket.destroy();
      }, patienceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
