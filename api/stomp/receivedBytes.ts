import type { Duplex } from 'node:stream';

/** Counts the bytes on the wire, also of incomplete messages, which the WebSocket does not show. */
export interface Received {
  /** Since the handshake. */
  total(): number;
  /** Since the last whole message. */
  partial(): number;
  noteMessage(): void;
}

export function watchReceived(wire: Duplex, onMore: () => void): Received {
  let total = 0;
  let partial = 0;
  // Ahead of the WebSocket's own listener, which may find the end of a message in these bytes.
  wire.prependListener('data', (bytes: Buffer) => {
    total += bytes.length;
    partial += bytes.length;
    onMore();
  });
  return {
    total: () => total,
    partial: () => partial,
    noteMessage() {
      partial = 0;
    },
  };
}
