import { destinations } from '@star-graph/contract/events';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTestRedis } from '@star-graph/core/testing/services/testRedis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectStomp, createStompClient, talkRaw } from '../testing/calls/stompClient.ts';
import {
  createEventCast,
  type EventCast,
  type EventPlatform,
  type EventServer,
  startEventServer,
} from '../testing/servers/eventServer.ts';

const { status, result, reply } = destinations;

let platform: EventPlatform;
let cast: EventCast;
let server: EventServer;
/** It ends soon who says nothing: of a machine that stood still for a second, too. */
let hasty: EventServer;
let bearer: string;
beforeAll(async () => {
  platform = { db: await createTestDatabase(), redis: await createTestRedis() };
  cast = await createEventCast(platform);
  server = await startEventServer(platform, cast);
  hasty = await startEventServer(platform, cast, { limits: { connectMs: 1_000 } });
  bearer = (await cast.addPerson()).signIn.accessToken;
});
afterAll(async () => {
  await hasty[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await cast.stop();
  await platform.redis[Symbol.asyncDispose]();
  await platform.db[Symbol.asyncDispose]();
});

const connectFrame = (headers = '') =>
  `CONNECT\naccept-version:1.2\nAuthorization:Bearer ${bearer}\n${headers}\n\0`;
/** With a body, which CONNECT may not have. */
const connectFrameWith = (body: string) => `CONNECT\naccept-version:1.2\n\n${body}\0`;
const subscribe = (headers: string) => `SUBSCRIBE\n${headers}\n\n\0`;
const kilobytes = (count: number) => 'x'.repeat(count * 1_024);

describe('before CONNECT', () => {
  test.each([
    ['another command', [subscribe(`id:1\ndestination:${status}`)], 'unauthenticated', 4401],
    [
      'a credential that is none',
      ['CONNECT\naccept-version:1.2\nAuthorization:Bearer x\n\n\0'],
      'unauthenticated',
      4401,
    ],
    ['no credential', ['CONNECT\naccept-version:1.2\n\n\0'], 'unauthenticated', 4401],
    [
      'a forged token',
      [`CONNECT\naccept-version:1.2\nAuthorization:Bearer e30.e30.e30\n\n\0`],
      'unauthenticated',
      4401,
    ],
    ['another version', ['CONNECT\naccept-version:1.0,1.1\n\n\0'], 'invalid-params', 1002],
    ['SEND', ['SEND\ndestination:/app/generate\n\n{}\0'], 'unauthenticated', 4401],
    ['a long body', [`SEND\ndestination:/app/generate\n\n${kilobytes(80)}\0`], 'unauthenticated', 4401],
    ['a long body of CONNECT', [connectFrameWith(kilobytes(80))], 'too-large', 1009],
    ['a command that is none', ['FLY\n\n\0'], 'unauthenticated', 4401],
    ['bytes that are no frame', ['GET / HTTP/1.1\r\n\r\n'], 'unauthenticated', 4401],
    ['a header without a colon', ['CONNECT\naccept-version\n\n\0'], 'invalid-params', 1002],
    ['a frame without end', [kilobytes(100)], 'too-large', 1009],
  ])('%s is answered by ERROR and the end', async (_case, frames, code, closeCode) => {
    const { received, code: closed } = await talkRaw(server.socketUrl, frames);
    expect(received).toMatch(/^ERROR\n/);
    expect(received).toContain(`urn:star-graph:problem:${code}`);
    expect(closed).toBe(closeCode);
  });

  test('nothing is answered by ERROR and the end when its time is over', async () => {
    const { received, code } = await talkRaw(hasty.socketUrl, []);
    expect(received).toMatch(/^ERROR\n/);
    expect(received).toContain('urn:star-graph:problem:unauthenticated');
    expect(code).toBe(4401);
  });

  test('only allowed pages at the right address may shake hands', async () => {
    const attempt = (url: string, options: { protocol?: string; origin?: string }) =>
      talkRaw(url, [], options);
    await expect(attempt(server.socketUrl, { origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(attempt(server.socketUrl, { protocol: 'v10.stomp' })).rejects.toThrow('400');
    await expect(attempt(`${server.socketUrl}/else`, {})).rejects.toThrow('404');
    const { received } = await talkRaw(server.socketUrl, ['junk\n\n\0'], {
      origin: 'https://allowed.example',
    });
    expect(received).toMatch(/^ERROR\n/);
  });

  test('a server full of unauthenticated clients refuses the next one', async () => {
    await using full = await startEventServer(platform, cast, { limits: { unauthenticated: 1 } });
    const stranger = new WebSocket(full.socketUrl, 'v12.stomp');
    await new Promise((resolve) => stranger.once('open', resolve));
    await expect(talkRaw(full.socketUrl, [])).rejects.toThrow('503');
    stranger.close();
    await eventually(() => talkRaw(full.socketUrl, ['junk\n\n\0']));
  });
});

describe('a connected client', () => {
  test.each([
    [
      "another person's destination",
      subscribe('id:1\ndestination:/user/somebody/topic/status'),
      'forbidden',
      1008,
    ],
    ['a destination of its own making', subscribe('id:1\ndestination:/topic/other'), 'forbidden', 1008],
    ['SUBSCRIBE without id', subscribe(`destination:${status}`), 'invalid-params', 1002],
    ['an id twice', subscribe(`id:1\ndestination:${result}`).repeat(2), 'invalid-params', 1002],
    ['acknowledgements', subscribe(`id:1\nack:client\ndestination:${result}`), 'invalid-params', 1002],
    ['a command that is none', 'FLY\n\n\0', 'invalid-params', 1002],
    ['no command at all', '\0\0:\n\n\0', 'invalid-params', 1002],
    ['CONNECT again', 'CONNECT\naccept-version:1.2\n\n\0', 'invalid-params', 1002],
    ['a long header', subscribe(`id:${kilobytes(70)}\ndestination:${result}`), 'too-large', 1009],
    ['a long body of SEND', `SEND\ndestination:/app/generate\n\n${kilobytes(1_025)}\0`, 'too-large', 1009],
    ['a length below zero', `SEND\ncontent-length:-1\n\n${kilobytes(1_100)}\0`, 'invalid-params', 1002],
    ['a length that is no number', 'SEND\ncontent-length:abc\n\n{}\0', 'invalid-params', 1002],
    ['a length above every limit', 'SEND\ncontent-length:99999999999\n\n{}\0', 'too-large', 1009],
    ['a length shorter than the body', 'SEND\ncontent-length:1\n\n{}\0', 'invalid-params', 1002],
    [
      'a header without a colon',
      `SUBSCRIBE\nid:1\nreceipt\n\n\0${subscribe(`id:2\ndestination:${result}`)}`,
      'invalid-params',
      1002,
    ],
  ])('that sends %s gets ERROR with a problem, and the end', async (_case, frame, code, closeCode) => {
    const { received, code: closed } = await talkRaw(server.socketUrl, [connectFrame(), frame]);
    expect(received).toMatch(/^CONNECTED\n/);
    expect(received).toContain('\0ERROR\n');
    expect(received).toContain(`urn:star-graph:problem:${code}`);
    expect(closed).toBe(closeCode);
  });

  test('that sends binary noise is cut off, and others stay', async () => {
    await using bystander = await connectStomp(server.socketUrl, bearer);
    const noise = Buffer.from(Array.from({ length: 4_000_000 }, (_, at) => (at * 7919) % 251 || 1));
    const { code } = await talkRaw(server.socketUrl, [connectFrame(), noise]);
    expect([1002, 1009]).toContain(code);
    await bystander.listen(result);
  });

  test("gets answers to its valid frames before a bad one's error", async () => {
    const { received } = await talkRaw(server.socketUrl, [
      connectFrame(),
      `SUBSCRIBE\nid:1\ndestination:${result}\nreceipt:r1\n\n\0SEND\nno colon\n\n\0`,
    ]);
    expect(received).toMatch(/RECEIPT\nreceipt-id:r1\n[\s\S]*\0ERROR\n/);
  });

  test('may send ahead of the answer to its CONNECT, bodies too', async () => {
    const prompt = kilobytes(100);
    const body = JSON.stringify({ workflow: 'text2img', params: { prompt }, correlationId: 'c' });
    const { received, code } = await talkRaw(server.socketUrl, [
      [
        connectFrame(),
        subscribe(`id:1\ndestination:${reply}`),
        `SEND\ndestination:/app/generate\n\n${body}\0`,
        'DISCONNECT\nreceipt:bye\n\n\0',
      ].join(''),
    ]);
    expect(received).toMatch(
      /^CONNECTED\n[\s\S]*"correlationId":"c","task":[\s\S]*RECEIPT\nreceipt-id:bye\n/,
    );
    expect(code).toBe(1000);
  });

  test('may use any line end and split a frame into bytes', async () => {
    const text = `${connectFrame()}\r\n\nDISCONNECT\r\nreceipt:bye\r\n\r\n\0`;
    const socket = new WebSocket(server.socketUrl, 'v12.stomp');
    const received: string[] = [];
    socket.on('message', (data) => received.push(String(data)));
    socket.on('open', () => {
      for (const letter of text) socket.send(letter);
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received.join('')).toContain('RECEIPT\nreceipt-id:bye\n');
  });

  test('is told which frame its ERROR is about', async () => {
    const frame = `SUBSCRIBE\nid:1\nreceipt:r9\ndestination:/topic/other\n\n\0`;
    const { received } = await talkRaw(server.socketUrl, [connectFrame(), frame]);
    expect(received.slice(received.indexOf('ERROR\n'))).toContain('\nreceipt-id:r9\n');
    expect(received).not.toContain('RECEIPT\n');
  });

  test('gets the receipt of its DISCONNECT and a clean end', async () => {
    const { received, code } = await talkRaw(server.socketUrl, [
      `${connectFrame()}DISCONNECT\nreceipt:bye\n\n\0`,
    ]);
    expect(received).toContain('RECEIPT\nreceipt-id:bye\n');
    expect(code).toBe(1000);
  });

  test('may have 64 subscriptions, and one more for each that ends', async () => {
    await using one = await connectStomp(server.socketUrl, bearer);
    const subscriptions = Array.from({ length: 64 }, () => one.client.subscribe(result, () => {}));
    subscriptions[0]?.unsubscribe();
    await one.listen(result);
    one.client.subscribe(result, () => {});
    await one.closed();
    expect(one.errors[0]?.body).toContain('urn:star-graph:problem:quota-exceeded');
  });

  test('may have 16 sockets, as may each other person', async () => {
    const [person, neighbour] = [await cast.addPerson(), await cast.addPerson()];
    const sockets = await Promise.all(
      Array.from({ length: 16 }, () => connectStomp(server.socketUrl, person.signIn.accessToken)),
    );
    const refused = createStompClient(server.socketUrl, {
      Authorization: `Bearer ${person.signIn.accessToken}`,
    });
    refused.client.activate();
    expect(await refused.closed()).toMatchObject({ code: 1013 });
    expect(refused.errors[0]?.body).toContain('urn:star-graph:problem:quota-exceeded');
    await using _neighbour = await connectStomp(server.socketUrl, neighbour.signIn.accessToken);
    await sockets[0]?.client.deactivate();
    await eventually(async () => {
      const again = await connectStomp(server.socketUrl, person.signIn.accessToken);
      sockets.push(again);
    });
    await Promise.all(sockets.map((socket) => socket.client.deactivate()));
  });
});
