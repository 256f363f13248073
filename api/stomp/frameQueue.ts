import { Problem } from '@star-graph/core/ground/errors';
import type { WebSocket } from 'ws';
import type { ClientFrame } from './frameReader.ts';
import { framesAhead } from './limits.ts';

/** A Problem marks the place where the bytes were not a frame: its turn comes after the earlier frames. */
type QueuedFrame = ClientFrame | Problem;

export interface FrameQueue {
  /** How many bytes the waiting frames have. */
  readonly bytes: number;
  push(frames: readonly QueuedFrame[]): void;
  clear(): void;
}

/** A body keeps the memory that it was collected in. */
const sizeOf = (frame: QueuedFrame): number =>
  frame instanceof Problem
    ? 0
    : Object.entries(frame.headers).reduce(
        (bytes, [name, value]) => bytes + name.length + value.length,
        frame.body.buffer.byteLength,
      );

/**
 * Handles frames one after another, in order. A client that sends faster than it is served is not read for a while.
 * An unauthenticated one is read only frame by frame: bytes after CONNECT wait unread for its result.
 * @param handle never rejects.
 */
export function createFrameQueue(
  socket: Pick<WebSocket, 'isPaused' | 'pause' | 'resume'>,
  { aheadBytes }: { aheadBytes: number },
  isUnauthenticated: () => boolean,
  handle: (frame: QueuedFrame) => Promise<void>,
): FrameQueue {
  const waiting: QueuedFrame[] = [];
  let waitingBytes = 0;
  let isWorking = false;
  const isFull = () => waiting.length >= framesAhead || waitingBytes >= aheadBytes;

  async function work(): Promise<void> {
    isWorking = true;
    for (let frame = waiting.shift(); frame; frame = waiting.shift()) {
      await handle(frame);
      waitingBytes = waiting.length === 0 ? 0 : waitingBytes - sizeOf(frame);
      if (socket.isPaused && !isFull()) socket.resume();
    }
    isWorking = false;
  }

  return {
    get bytes() {
      return waitingBytes;
    },
    push(frames) {
      waiting.push(...frames);
      for (const frame of frames) waitingBytes += sizeOf(frame);
      if (isFull() || (waiting.length > 0 && isUnauthenticated())) socket.pause();
      if (!isWorking) void work();
    },
    clear() {
      waiting.length = 0;
      waitingBytes = 0;
      // A paused socket would not see the client's answer to the closing handshake.
      if (socket.isPaused) socket.resume();
    },
  };
}
