import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** The limit of a fan-out without the platform: one message to every socket, as often as the event loop can. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
const text = process.argv[2] ?? '';
const highWaterBytes = 256 * 1024;

server.on('listening', () => {
  console.log(JSON.stringify({ listening: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});

function broadcast(): void {
  for (const socket of server.clients) {
    if (socket.bufferedAmount < highWaterBytes) socket.send(text);
  }
  setImmediate(broadcast);
}
broadcast();
