import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApi } from './testing/servers/apiServer.ts';
import { platformFixture } from './testing/servers/fixtures.ts';

const platform = platformFixture();

async function open(url: string, sent: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(sent);
  return socket;
}

test('a stop waits for no idle or unfinished connection', async () => {
  const api = await startTestApi(platform, { SHUTDOWN_SECONDS: '600' });
  const peers = [await open(api.url, ''), await open(api.url, 'GET / HTTP/1.1\r\nHost: x\r\nX-')];
  const stranger = new WebSocket(`${api.url.replace('http', 'ws')}/ws`, 'v12.stomp');
  await once(stranger, 'open');
  // It is sent after the others, so its answer proves that they arrived.
  expect((await api.call('/healthz')).status).toBe(200);
  const closed = [...peers, stranger].map((peer) => once(peer, 'close'));
  await api.stop();
  await Promise.all(closed);
});
