import { once } from 'node:events';
import type { BinaryFacts, RecordedMessage } from '@star-graph/core/testing/comfy/recording';
import { WebSocket } from 'ws';
import { createFrameReader, type Frame } from './frames.ts';

/** A client socket that keeps the frames it gets. */
export interface ReplaySocket {
  frames: Frame[];
  send(message: unknown): void;
  /** Resolves once the frames satisfy the condition or the socket has closed; rejects after the time-out. */
  until(isEnough: (frames: readonly Frame[]) => boolean): Promise<void>;
  /** Resolves when everything sent before now has arrived: a ping is answered behind it. */
  settle(): Promise<void>;
  close(): Promise<void>;
  abort(): void;
  readonly closeCode: number | null;
  readonly isOpen: boolean;
}

/** Long enough for a machine that is busy with other tests. */
const waitTimeoutMs = 60_000;

/** Connects; resolves with the refusal's HTTP status where the server refuses. */
export async function connectSocket(
  url: string,
  headers: Record<string, string>,
): Promise<ReplaySocket | { refused: number }> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  const frames: Frame[] = [];
  const watchers = new Set<() => void>();
  const read = createFrameReader();
  let closeCode: number | null = null;
  socket.on('message', (data: Buffer, isBinary) => {
    frames.push(
      isBinary
        ? { kind: 'binary', facts: readBinary(data) }
        : read(JSON.parse(data.toString()) as RecordedMessage),
    );
    for (const watch of watchers) watch();
  });
  socket.on('close', (code) => {
    closeCode = code;
    for (const watch of watchers) watch();
  });
  const refused = await new Promise<number | null>((resolve, reject) => {
    socket.once('open', () => resolve(null));
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  if (refused !== null) return { refused };
  return {
    frames,
    send: (message) => socket.send(JSON.stringify(message)),
    until(isEnough) {
      return new Promise((resolve, reject) => {
        const finish = (error?: Error): void => {
          clearTimeout(timer);
          watchers.delete(watch);
          if (error) reject(error);
          else resolve();
        };
        const watch = (): void => {
          if (isEnough(frames) || closeCode !== null) finish();
        };
        const timer = setTimeout(() => finish(new Error('the awaited frames did not come')), waitTimeoutMs);
        watchers.add(watch);
        watch();
      });
    },
    async settle() {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.ping();
      await once(socket, 'pong', { signal: AbortSignal.timeout(waitTimeoutMs) });
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close', { signal: AbortSignal.timeout(waitTimeoutMs) });
    },
    abort: () => socket.terminate(),
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    get closeCode() {
      return closeCode;
    },
  };
}

/** Reads a binary event as the recorder did. */
function readBinary(frame: Buffer): BinaryFacts {
  const eventType = frame.readUInt32BE(0);
  const length = frame.readUInt32BE(4);
  const image = frame.subarray(eventType === 4 ? 8 + length : 8);
  const isPng = image.readUInt32BE(0) === 0x89504e47;
  return {
    event_type: eventType,
    image_format: isPng ? 'PNG' : 'JPEG',
    image_size: isPng ? [image.readUInt32BE(16), image.readUInt32BE(20)] : jpegSize(image),
    ...(eventType === 4 && { metadata: JSON.parse(frame.subarray(8, 8 + length).toString()) }),
  };
}

/** Width and height from the frame header (SOF0 or SOF2) of a JPEG. */
function jpegSize(jpeg: Buffer): [number, number] {
  for (let at = 2; at < jpeg.length; ) {
    const marker = jpeg.readUInt16BE(at);
    if (marker === 0xffc0 || marker === 0xffc2) return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  throw new Error('a JPEG without a frame header');
}
