import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { eventually } from '@star-graph/core/testing/eventually';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Connection, createConnection } from './connection.ts';

let server: WebSocketServer;
let client: WebSocket;
let socket: WebSocket;
let connection: Connection;
let nowMs: number;
let hasRoom: boolean;
const received: string[] = [];
const limits = { congestedBytes: 64 * 1024, unsentBytes: 1024 * 1024, latestBytes: 1024 * 1024 };

beforeEach(async () => {
  nowMs = 0;
  hasRoom = true;
  received.length = 0;
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('message', (data) => received.push(String(data)));
  const [webSocket, request] = await accepted;
  socket = webSocket;
  await once(client, 'open');
  connection = createConnection(
    { clock: { monotonicMs: () => nowMs }, hasRoom: () => hasRoom },
    socket,
    request.socket,
    limits,
  );
});
afterEach(async () => {
  client.terminate();
  socket.terminate();
  server.close();
  await once(server, 'close');
});

const tickAt = (ms: number) => {
  nowMs = ms;
  connection.tick(nowMs);
};
const frameOf = (letter: string, bytes: number) => Buffer.from(letter.repeat(bytes));
/** More than the kernel takes for a client that does not read. */
const congest = (letter = 'x') => {
  while (socket.bufferedAmount <= limits.congestedBytes) connection.send(frameOf(letter, 60 * 1024));
};

test('beats once in the agreed time unless something else was sent', async () => {
  connection.agreeHeartbeats({ outgoingMs: 1_000, incomingMs: 0 });
  tickAt(8_000);
  connection.send(Buffer.from('said'));
  tickAt(16_000);
  tickAt(17_000);
  connection.send(Buffer.from('end'));
  await eventually(() => expect(received).toEqual(['said', '\n', 'end']));
});

test('beats nothing for a client that wants nothing', async () => {
  connection.agreeHeartbeats({ outgoingMs: 0, incomingMs: 0 });
  tickAt(1_000_000);
  connection.send(Buffer.from('end'));
  await eventually(() => expect(received).toEqual(['end']));
});

test('ends a client without heart-beats, but not a slightly late one', async () => {
  connection.agreeHeartbeats({ outgoingMs: 0, incomingMs: 10_000 });
  tickAt(20_000);
  connection.noteReceived();
  tickAt(40_000);
  expect(socket.readyState).toBe(socket.OPEN);
  tickAt(40_001);
  const [code] = await once(client, 'close');
  expect(code).toBe(1013);
});

test('waits for a client that it has stopped reading from', () => {
  connection.agreeHeartbeats({ outgoingMs: 0, incomingMs: 10_000 });
  socket.pause();
  tickAt(1_000_000);
  expect(socket.readyState).toBe(socket.OPEN);
});

test('a slow reader loses all but the last progress, and no fact', async () => {
  client.pause();
  congest();
  for (let step = 1; step <= 50; step++) {
    connection.sendLatest('1', 'a', Buffer.from(`progress a ${step}`));
    connection.sendLatest('1', 'b', Buffer.from(`progress b ${step}`));
  }
  connection.send(Buffer.from('fact'));
  let hasDrained = false;
  const drained = connection.drained().then(() => {
    hasDrained = true;
  });
  await Promise.resolve();
  expect(hasDrained).toBe(false);
  client.resume();
  await drained;
  await eventually(() =>
    expect(received.filter((text) => !text.startsWith('x'))).toEqual([
      'fact',
      'progress a 50',
      'progress b 50',
    ]),
  );
});

test('a reader that takes nothing is told to return, then cut', async () => {
  client.pause();
  congest();
  for (let n = 0; n < 40; n++) connection.send(frameOf('y', 60 * 1024));
  expect(socket.readyState).toBe(socket.CLOSING);
  expect(socket.bufferedAmount).toBeLessThan(limits.unsentBytes + 200 * 1024);
  tickAt(4_999);
  expect(socket.readyState).toBe(socket.CLOSING);
  const closed = once(socket, 'close');
  tickAt(5_000);
  await closed;
  await connection.drained();
});

test('a client that takes nothing for half a minute is ended', async () => {
  connection.agreeHeartbeats({ outgoingMs: 0, incomingMs: 0 });
  client.pause();
  congest();
  const drained = connection.drained();
  tickAt(29_999);
  expect(socket.readyState).toBe(socket.OPEN);
  client.resume();
  await drained;
  await eventually(() => expect(socket.bufferedAmount).toBe(0));
  client.pause();
  nowMs = 60_000;
  congest();
  tickAt(89_999);
  expect(socket.readyState).toBe(socket.OPEN);
  tickAt(90_000);
  expect(socket.readyState).toBe(socket.CLOSING);
});

test('held-back progress is bounded by bytes, oldest first', async () => {
  client.pause();
  congest();
  for (let n = 0; n < 100; n++)
    connection.sendLatest('1', `task ${n}`, frameOf(n < 50 ? 'o' : 'n', 50 * 1024));
  expect(connection.heldBytes() - socket.bufferedAmount).toBeLessThanOrEqual(limits.latestBytes);
  client.resume();
  await eventually(() => expect(connection.heldBytes()).toBe(0));
  await eventually(() => expect(received.filter((text) => text.startsWith('n'))).toHaveLength(20));
  expect(received.filter((text) => text.startsWith('o'))).toEqual([]);
});

test("a congested connection ends when its person's bytes exceed the bound", () => {
  client.pause();
  connection.send(Buffer.from('little'));
  congest();
  expect(socket.readyState).toBe(socket.OPEN);
  hasRoom = false;
  connection.send(Buffer.from('more'));
  expect(socket.readyState).toBe(socket.CLOSING);
});

test('a reader that was too slow still learns why it was closed', async () => {
  client.pause();
  congest();
  for (let n = 0; n < 40; n++) connection.send(frameOf('y', 60 * 1024));
  client.resume();
  const [code, reason] = await once(client, 'close');
  expect([code, String(reason)]).toEqual([1013, expect.stringContaining('last-seq')]);
});
