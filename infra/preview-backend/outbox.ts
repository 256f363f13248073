import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** aiohttp waits for a socket whose unsent bytes exceed this before it sends anything to anybody. */
const highWaterBytes = 64 * 1024;

/** A socket and the stream below it. */
export interface Connection {
  socket: WebSocket;
  stream: Duplex;
}

interface Outbox {
  /** Sends to the receivers at the time of the message's turn. */
  push(message: string | Buffer, receivers: () => Connection[]): void;
  setStalled(stalled: boolean): void;
}

/** One queue of messages for all sockets: a full socket delays all messages. */
export function createOutbox(): Outbox {
  const waiting: { message: string | Buffer; receivers: () => Connection[] }[] = [];
  const corked = new Set<Duplex>();
  let isPublishing = false;
  let isStalled = false;

  /** Messages of one turn leave in one write: a run sends many small ones at once. */
  const gather = (stream: Duplex): void => {
    if (corked.has(stream)) return;
    stream.cork();
    corked.add(stream);
    setImmediate(() => {
      corked.delete(stream);
      stream.uncork();
    });
  };

  const publish = async (): Promise<void> => {
    if (isPublishing) return;
    isPublishing = true;
    while (!isStalled) {
      const next = waiting.shift();
      if (!next) break;
      for (const { socket, stream } of next.receivers()) {
        gather(stream);
        const delivery = deliver(socket, next.message);
        if (delivery) await delivery;
      }
    }
    isPublishing = false;
  };

  return {
    push(message, receivers) {
      waiting.push({ message, receivers });
      void publish();
    },
    setStalled(stalled) {
      isStalled = stalled;
      void publish();
    },
  };
}

/** Resolves when the socket has taken the message or is gone; undefined while its buffer is small. */
function deliver(socket: WebSocket, message: string | Buffer): Promise<void> | undefined {
  if (socket.readyState !== socket.OPEN) return undefined;
  if (socket.bufferedAmount < highWaterBytes) {
    socket.send(message);
    return undefined;
  }
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('close', done);
      resolve();
    };
    socket.once('close', done);
    socket.send(message, done);
  });
}
