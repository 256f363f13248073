import type { Server } from 'node:net';
import { refusedConnections } from '../metrics.ts';
import { limitKeyOf } from '../middleware/clientAddress.ts';
import { createNamedSemaphore } from './namedSemaphore.ts';

/**
 * Bounds the connections of one address, or of one IPv6 network, and of all together: each holds memory and a file
 * descriptor, even if it never sends a request. Further ones are closed without an answer, which costs nothing.
 */
export function boundConnections(
  server: Server,
  limits: { perAddress: number; inAll: number },
  isTrustedProxy: (address: string) => boolean,
): void {
  const slots = createNamedSemaphore(limits.perAddress);
  server.maxConnections = limits.inAll;
  server.on('connection', (socket) => {
    const { remoteAddress: address } = socket;
    if (address === undefined || isTrustedProxy(address)) return;
    const leave = slots.take(limitKeyOf(address));
    if (leave) {
      socket.once('close', leave);
      return;
    }
    refusedConnections.inc();
    socket.destroy();
  });
}
