import type { WebSocket } from 'ws';
import type { ClientFrame } from './frameReader.ts';
import { framesAhead } from './limits.ts';

export interface FrameQueue {
  push(frames: readonly ClientFrame[]): void;
  clear(): void;
}

/**
 * Handles frames one after another, in the order they came. A client that sends faster than it is served is not read
 * from for a while.
 * @param handle never rejects.
 */
export function createFrameQueue(
  socket: Pick<WebSocket, 'isPaused' | 'pause' | 'resume'>,
  handle: (frame: ClientFrame) => Promise<void>,
): FrameQueue {
  const waiting: ClientFrame[] = [];
  let isWorking = false;

  async function work(): Promise<void> {
    isWorking = true;
    for (let frame = waiting.shift(); frame; frame = waiting.shift()) {
      if (socket.isPaused && waiting.length < framesAhead) socket.resume();
      await handle(frame);
    }
    isWorking = false;
  }

  return {
    push(frames) {
      waiting.push(...frames);
      if (waiting.length >= framesAhead) socket.pause();
      if (!isWorking) void work();
    },
    clear() {
      waiting.length = 0;
      // A socket that is not read from would not see the client's answer to the closing handshake.
      if (socket.isPaused) socket.resume();
    },
  };
}
