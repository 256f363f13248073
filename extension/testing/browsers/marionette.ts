import { connect, type Socket } from 'node:net';

/**
 * Firefox's own remote protocol, which reaches what WebDriver BiDi does not: add-on pages, native menus and the
 * browser's questions. Messages are `<length in bytes>:<JSON>`; a command is `[0, id, name, parameters]`, its answer
 * `[1, id, error, result]`. The server speaks first, with an object that tells its version.
 * @see https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
 */
export interface Marionette {
  /** @throws Error with the browser's message, or if it does not answer in time */
  send(name: string, parameters?: object): Promise<unknown>;
  close(): void;
}

const answerTimeoutMs = 60_000;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export async function connectMarionette(port: number): Promise<Marionette> {
  const socket = connect(port, '127.0.0.1');
  const waiting = new Map<number, Waiting>();
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    readMessages(socket, (message) => {
      if (!Array.isArray(message)) return resolve();
      const [, id, error, result] = message as [number, number, { message: string } | null, unknown];
      const one = waiting.get(id);
      waiting.delete(id);
      if (error) one?.reject(new Error(error.message));
      else one?.resolve(result);
    });
  });
  socket.once('close', () => {
    for (const one of waiting.values()) one.reject(new Error('Firefox ended'));
  });
  let lastId = 0;
  return {
    send(name, parameters = {}) {
      lastId += 1;
      const id = lastId;
      const text = JSON.stringify([0, id, name, parameters]);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${name} was not answered`)), answerTimeoutMs);
        const settle = <Value>(then: (value: Value) => void) => {
          return (value: Value) => {
            clearTimeout(timer);
            then(value);
          };
        };
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        socket.write(`${Buffer.byteLength(text)}:${text}`);
      });
    },
    close: () => void socket.destroy(),
  };
}

function readMessages(socket: Socket, onMessage: (message: unknown) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const start = pending.indexOf(':') + 1;
      const end = start + Number(pending.subarray(0, start - 1));
      if (start === 0 || pending.length < end) return;
      onMessage(JSON.parse(pending.subarray(start, end).toString()));
      pending = pending.subarray(end);
    }
  });
}
