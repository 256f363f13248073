import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ServerStop {
  /**
   * Takes no new connections, closes those without a request in hand at once, the others behind their answers, and
   * cuts those that take longer than `patienceMs`.
   */
  stop(patienceMs: number): Promise<void>;
  /** A connection that speaks another protocol by now: its owner ends it, and the stop waits for that as for an answer. */
  handOver(socket: Socket): void;
}

/**
 * Watches the connections of a server that does not listen yet. Node knows how to close what waits for a further
 * request; a connection that never sent one counts there as busy, and would hold up a stop for as long as it likes.
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
