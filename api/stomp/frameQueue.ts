import type { Problem } from '@star-graph/core/errors';
import type { WebSocket } from 'ws';
import type { ClientFrame } from './frameReader.ts';
import { framesAhead } from './limits.ts';

/** A Problem is the place where the bytes were no frame: it has its turn behind those that came before. */
export type QueuedFrame = ClientFrame | Problem;

export interface FrameQueue {
  push(frames: readonly QueuedFrame[]): void;
  clear(): void;
}

/**
 * Handles frames one after another, in the order they came. A client that sends faster than it is served is not read
 * from for a while, and a stranger only frame by frame: what comes behind CONNECT waits for its outcome, unread.
 * @param handle never rejects.
 */
export function createFrameQueue(
  socket: Pick<WebSocket, 'isPaused' | 'pause' | 'resume'>,
  isStranger: () => boolean,
  handle: (frame: QueuedFrame) => Promise<void>,
): FrameQueue {
  const waiting: QueuedFrame[] = [];
  let isWorking = false;

  async function work(): Promise<void> {
    isWorking = true;
    for (let frame = waiting.shift(); frame; frame = waiting.shift()) {
      await handle(frame);
      if (socket.isPaused && waiting.length < framesAhead) socket.resume();
    }
    isWorking = false;
  }

  return {
    push(frames) {
      waiting.push(...frames);
      if (waiting.length >= framesAhead || (waiting.length > 0 && isStranger())) socket.pause();
      if (!isWorking) void work();
    },
    clear() {
      waiting.length = 0;
      // A socket that is not read from would not see the client's answer to the closing handshake.
      if (socket.isPaused) socket.resume();
    },
  };
}
