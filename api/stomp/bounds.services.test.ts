import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '@star-graph/core/testing/eventually';
import { beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectStomp, talkRaw } from '../testing/calls/stompClient.ts';
import { codeOf, startTestApi } from '../testing/servers/apiServer.ts';
import { createEventCast, type EventCast, startEventServer } from '../testing/servers/eventServer.ts';
import { platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
let cast: EventCast;
beforeAll(async () => {
  cast = await createEventCast(platform);
  return () => cast.stop();
});

const open = async (url: string) => {
  const socket = new WebSocket(url, 'v12.stomp');
  await once(socket, 'open');
  return socket;
};

test('one address has a bounded share of unauthenticated places', async () => {
  await using server = await startEventServer(platform, cast, { limits: { unauthenticatedPerAddress: 2 } });
  const strangers = [await open(server.socketUrl), await open(server.socketUrl)];
  await expect(talkRaw(server.socketUrl, [])).rejects.toThrow('429');
  server.address = '2001:db8:0:1::1';
  await using _other = await connectStomp(server.socketUrl, (await cast.addPerson()).signIn.accessToken);
  server.address = '::1';
  for (const stranger of strangers) stranger.close();
  await eventually(() => talkRaw(server.socketUrl, ['junk\n\n\0']));
});

test('who has connected takes no place of a stranger', async () => {
  await using server = await startEventServer(platform, cast, { limits: { unauthenticatedPerAddress: 1 } });
  const { accessToken } = (await cast.addPerson()).signIn;
  await using _first = await connectStomp(server.socketUrl, accessToken);
  await using _second = await connectStomp(server.socketUrl, accessToken);
});

test('a refused CONNECT counts against its address like a wrong credential', async () => {
  await using api = await startTestApi(platform, {
    REQUESTS_PER_MINUTE: '3',
    REDIS_PREFIX: 'refused-connect:',
  });
  const url = `${api.url.replace('http', 'ws')}/ws`;
  const wrong = 'CONNECT\naccept-version:1.2\nAuthorization:Bearer x\n\n\0';
  for (let n = 0; n < 3; n++)
    expect((await talkRaw(url, [wrong])).received).toContain('problem:unauthenticated');
  const { received, code } = await talkRaw(url, [wrong]);
  expect([received.includes('problem:rate-limited'), code]).toEqual([true, 1013]);
  const request = await api.call('/api/v1/tasks', { token: 'x' });
  expect([request.status, codeOf(request)]).toEqual([429, 'rate-limited']);
});

/** A client that sends WebSocket frames by hand: one that never ends is none of the library's. */
async function shakeHands(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  const head = [
    'GET /ws HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Protocol: v12.stomp',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

/** The head of a text message of 1,000,000 bytes, masked with zeros, as far as it is sent. */
const hugeHead = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40, 0, 0, 0, 0]);

test('an endless message of an unauthenticated client is ended early', async () => {
  await using server = await startEventServer(platform, cast);
  const socket = await shakeHands(server.socketUrl);
  let told = '';
  socket.on('data', (chunk) => {
    told += String(chunk);
  });
  socket.write(hugeHead);
  socket.write('x'.repeat(400_000));
  await eventually(() => expect(told).toContain('problem:too-large'));
  socket.destroy();
});

test("a person's connections together have bounded bytes in flight", async () => {
  const limits = { personBytes: 500_000, aheadBytes: 100_000 };
  await using server = await startEventServer(platform, cast, { limits });
  const [person, neighbour] = [await cast.addPerson(), await cast.addPerson()];
  await using quiet = await connectStomp(server.socketUrl, person.signIn.accessToken);
  await using _other = await connectStomp(server.socketUrl, neighbour.signIn.accessToken);
  const ends: string[] = [];
  const start = async (bearer: string) => {
    const socket = await shakeHands(server.socketUrl);
    const frame = Buffer.from(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${bearer}\n\n\0`);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(frame.length);
    socket.write(Buffer.concat([Buffer.from([0x81, 0xfe]), length, Buffer.alloc(4), frame]));
    await once(socket, 'data');
    socket.on('data', (chunk) => ends.push(String(chunk)));
    socket.write(hugeHead);
    socket.write('x'.repeat(300_000));
    return socket;
  };
  const sockets = [await start(person.signIn.accessToken), await start(neighbour.signIn.accessToken)];
  sockets.push(await start(person.signIn.accessToken));
  await eventually(() => expect(ends.join('')).toContain('problem:quota-exceeded'));
  expect(ends.join('').match(/problem:/g)).toHaveLength(1);
  await quiet.listen('/user/topic/result');
  expect(quiet.closes).toEqual([]);
  for (const socket of sockets) socket.destroy();
});
