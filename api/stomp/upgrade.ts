import type { Duplex } from 'node:stream';

/** Answers a handshake in HTTP, while that is still possible, and ends the connection. */
export function refuseUpgrade(socket: Duplex, fault: { status: number; title: string }): void {
  // The client may be gone already, which is as good.
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${fault.status} ${fault.title}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
}
