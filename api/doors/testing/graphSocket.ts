import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

export interface Heard {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape is another program's
  data: any;
}

interface GraphSocket extends Disposable {
  heard: Heard[];
  frames: Buffer[];
  socket: WebSocket;
  /** Resolves when a message of that type came, or has come. */
  until(type: string, isMeant?: (data: Heard['data']) => boolean): Promise<Heard>;
  /** It, or a frame, came. */
  untilFrame(): Promise<Buffer>;
}

/** A plain client of `/ws`. */
export async function connect(
  url: string,
  key: string,
  clientId: string,
  options: ClientOptions = {},
): Promise<GraphSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?clientId=${clientId}`, {
    headers: { authorization: `Bearer ${key}` },
    ...options,
  });
  const heard: Heard[] = [];
  const frames: Buffer[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) frames.push(data);
    else heard.push(JSON.parse(data.toString()));
    for (const look of waiting) look();
  });
  await once(socket, 'open');
  const wait = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    heard,
    frames,
    socket,
    until: (type, isMeant = () => true) =>
      wait(() => heard.find((message) => message.type === type && isMeant(message.data))),
    untilFrame: () => wait(() => frames[0]),
    [Symbol.dispose]: () => socket.terminate(),
  };
}
