import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createServerStop } from './stopServer.ts';

/** Longer than a test may take, so a connection that is closed earlier was not waited for. */
const forEver = 10 * 60_000;

/** A server that answers when the test says so. */
async function startServer() {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    waiting.push(response);
    server.emit('taken');
  });
  const { stop, handOver } = createServerStop(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  async function open(sent = ''): Promise<Socket> {
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => {
      socket.destroy();
    });
    await accepted;
    if (sent !== '') socket.write(sent);
    return socket;
  }
  async function ask(socket: Socket): Promise<ServerResponse> {
    const taken = once(server, 'taken');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await taken;
    const response = waiting.shift();
    if (!response) throw new Error('nothing was asked');
    return response;
  }
  return { server, open, ask, stop, handOver };
}

test('a stop closes connections without a whole request at once', async () => {
  const { open, stop } = await startServer();
  const silent = await open();
  const half = await open('GET / HTTP/1.1\r\nHost: x\r\nX-');
  const closed = [once(silent, 'close'), once(half, 'close')];
  await stop(forEver);
  await Promise.all(closed);
});

test('a stop closes at once what waits for a further request', async () => {
  const { open, ask, stop } = await startServer();
  const idle = await open();
  const answered = once(idle, 'data');
  (await ask(idle)).end('done');
  await answered;
  await stop(forEver);
});

test('a stop waits for a running request, then closes its connection', async () => {
  const { open, ask, stop } = await startServer();
  const [busy, silent] = [await open(), await open()];
  const response = await ask(busy);
  let isStopped = false;
  const stopping = stop(forEver).then(() => {
    isStopped = true;
  });
  await once(silent, 'close');
  expect(isStopped).toBe(false);
  let answer = '';
  busy.on('data', (chunk) => {
    answer += String(chunk);
  });
  response.end('done');
  await once(busy, 'end');
  expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*done$/i);
  await stopping;
});

test('a stop closes a keep-alive connection whose answer had begun', async () => {
  const { open, ask, stop } = await startServer();
  const busy = await open();
  const response = await ask(busy);
  const begun = once(busy, 'data');
  response.writeHead(200, { 'Content-Length': 4 }).flushHeaders();
  await begun;
  const stopping = stop(forEver);
  response.end('done');
  await stopping;
});

test('a stop cuts what takes longer than its patience', async () => {
  const { open, ask, stop } = await startServer();
  const busy = await open();
  await ask(busy);
  const closed = once(busy, 'close');
  await stop(0);
  await closed;
});

test('a stop waits for connections that were handed over', async () => {
  const { server, open, stop, handOver } = await startServer();
  const upgraded = once(server, 'upgrade');
  const silent = await open('GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
  const [, handedOver] = await upgraded;
  handOver(handedOver);
  const other = await open();
  let isStopped = false;
  const stopping = stop(forEver).then(() => {
    isStopped = true;
  });
  await once(other, 'close');
  expect(isStopped).toBe(false);
  const ended = once(silent, 'close');
  handedOver.end();
  silent.end();
  await Promise.all([ended, stopping]);
});
