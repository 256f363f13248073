import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Bomb, readerBombs, schemaBombs } from './calls/bombs.ts';

/** What a bomb was answered with. */
export interface AnsweredBomb {
  status: number;
  bytes: number;
}

/** A socket that is open and admitted, before a bomb is thrown at it. */
export interface OpenTarget {
  /** Resolves when the server has done with what was sent. */
  throw(text: string): Promise<AnsweredBomb>;
  close(): void;
}

/** A server that ends a connection has answered too. */
async function answer(socket: WebSocket, send: () => void, isEnd: (text: string) => boolean) {
  let bytes = 0;
  const answered = Promise.withResolvers<AnsweredBomb>();
  const hear = (data: Buffer) => {
    bytes += data.length;
    const text = data.toString();
    if (isEnd(text)) answered.resolve({ status: text.startsWith('ERROR') ? 400 : 200, bytes });
  };
  socket.on('message', hear);
  socket.once('pong', () => answered.resolve({ status: 200, bytes }));
  socket.once('close', () => answered.resolve({ status: 400, bytes }));
  send();
  try {
    return await answered.promise;
  } finally {
    socket.off('message', hear);
  }
}

/** STOMP: a receipt, or an error, says that a frame was handled. */
export async function openStomp(url: string, token: string): Promise<OpenTarget> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'v12.stomp');
  await once(socket, 'open');
  const connect = `CONNECT\naccept-version:1.2\nhost:a\nAuthorization:Bearer ${token}\n\n\0`;
  await answer(
    socket,
    () => socket.send(connect),
    (text) => text.startsWith('CONNECTED'),
  );
  return {
    throw: (frame) =>
      answer(
        socket,
        () => socket.send(frame),
        (text) => /^(RECEIPT|ERROR)/.test(text),
      ),
    close: () => socket.terminate(),
  };
}

/** The graph door's socket answers no message, and a ping after it. */
export async function openGraph(url: string, key: string): Promise<OpenTarget> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?clientId=bombs`, {
    headers: { authorization: `Bearer ${key}` },
  });
  await once(socket, 'open');
  return {
    throw: (text) =>
      answer(
        socket,
        () => {
          socket.send(text);
          socket.ping();
        },
        () => false,
      ),
    close: () => socket.terminate(),
  };
}

const frameBytes = 60_000;
const bodyBytes = 1_000_000;

function sendFrame(body: string, headers = ''): string {
  const length = Buffer.byteLength(body);
  return `SEND\ndestination:/app/generate\nreceipt:1\n${headers}content-length:${length}\n\n${body}\0`;
}

/** Heads of frames, whose lines cost more than their bytes, and bodies, which are JSON. */
export const stompBombs: readonly Bomb[] = [
  {
    name: 'headers of many names',
    text: sendFrame('{}', Array.from({ length: frameBytes / 12 }, (_, at) => `h${at}:0\n`).join('')),
  },
  { name: 'many headers', text: sendFrame('{}', 'a:b\n'.repeat(frameBytes / 4)) },
  { name: 'a long header of escapes', text: sendFrame('{}', `a:${'\\c'.repeat(frameBytes / 2)}\n`) },
  { name: 'a long name of a header', text: sendFrame('{}', `${'a'.repeat(frameBytes)}:b\n`) },
  { name: 'blank lines', text: `${'\n'.repeat(bodyBytes)}${sendFrame('{}')}` },
  { name: 'frames without end', text: `${'\0'.repeat(bodyBytes)}${sendFrame('{}')}` },
  { name: 'many frames', text: `${'BEGIN\ntransaction:a\n\n\0'.repeat(2_000)}${sendFrame('{}')}` },
  ...[...readerBombs(bodyBytes), ...schemaBombs].map(({ name, text }) => ({ name, text: sendFrame(text) })),
];

/** As much as the socket takes of a message. */
export const graphBombs: readonly Bomb[] = [...readerBombs(60_000), ...readerBombs(500_000), ...schemaBombs];
