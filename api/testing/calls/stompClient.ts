import { destinations } from '@star-graph/contract/events';
import { Client, type IFrame, type IMessage, type StompConfig } from '@stomp/stompjs';
import { WebSocket } from 'ws';

export interface ReceivedEvent {
  type: string;
  taskId: string;
  userId: string;
  seq: string;
  data: Record<string, unknown> & { tasks?: { id: string; status: string }[] };
}

export interface TestClient extends AsyncDisposable {
  client: Client;
  /** All ERROR frames of the server. */
  errors: IFrame[];
  closes: { code: number; reason: string }[];
  /** Subscribes and collects the bodies; resolves when the server confirmed. */
  listen<Body = ReceivedEvent>(destination: string, headers?: Record<string, string>): Promise<Body[]>;
  /** Sends and resolves when the server has done it. */
  send(destination: string, body: unknown): Promise<void>;
  /** Resolves when the socket is closed. */
  closed(): Promise<{ code: number; reason: string }>;
}

let receipts = 0;

/** An unmodified STOMP client that does not reconnect. */
export async function connectStomp(
  socketUrl: string,
  bearer: string,
  config: StompConfig = {},
): Promise<TestClient> {
  const test = createStompClient(socketUrl, { Authorization: `Bearer ${bearer}` }, config);
  await new Promise<void>((resolve, reject) => {
    test.client.onConnect = () => resolve();
    test.client.onStompError = (frame) => {
      test.errors.push(frame);
      reject(new Error(frame.body));
    };
    test.client.activate();
  });
  test.client.onStompError = (frame) => {
    test.errors.push(frame);
  };
  return test;
}

export function createStompClient(
  socketUrl: string,
  connectHeaders: Record<string, string>,
  config: StompConfig = {},
): TestClient {
  const errors: IFrame[] = [];
  const closes: { code: number; reason: string }[] = [];
  let onClosed = () => {};
  const client = new Client({
    brokerURL: socketUrl,
    connectHeaders,
    reconnectDelay: 0,
    onStompError: (frame) => errors.push(frame),
    onWebSocketClose: ({ code, reason }: { code: number; reason: string }) => {
      closes.push({ code, reason });
      onClosed();
    },
    ...config,
  });
  const confirmed = (act: (receipt: string) => void) =>
    new Promise<void>((resolve) => {
      const receipt = `r-${++receipts}`;
      client.watchForReceipt(receipt, () => resolve());
      act(receipt);
    });
  return {
    client,
    errors,
    closes,
    async listen<Body>(destination: string, headers: Record<string, string> = {}) {
      const bodies: Body[] = [];
      const take = (message: IMessage) => {
        bodies.push(JSON.parse(message.body));
      };
      await confirmed((receipt) => client.subscribe(destination, take, { ...headers, receipt }));
      return bodies;
    },
    send: (destination, body) =>
      confirmed((receipt) =>
        client.publish({ destination, body: JSON.stringify(body), headers: { receipt } }),
      ),
    async closed() {
      while (closes.length === 0) await new Promise<void>((resolve) => (onClosed = resolve));
      return closes[0] ?? { code: 0, reason: '' };
    },
    async [Symbol.asyncDispose]() {
      await client.deactivate();
    },
  };
}

/**
 * The answers to a program that is not a STOMP client, and how the connection ended. It sends the first frame, and
 * the others after the first answer.
 */
export async function talkRaw(
  socketUrl: string,
  frames: readonly (string | Buffer)[],
  options: { protocol?: string; origin?: string } = {},
): Promise<{ received: string; code: number }> {
  const socket = new WebSocket(socketUrl, options.protocol ?? 'v12.stomp', {
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  });
  const received: string[] = [];
  socket.on('message', (data) => received.push(String(data)));
  return new Promise((resolve, reject) => {
    const [first, ...rest] = frames;
    socket.on('open', () => {
      if (first !== undefined) socket.send(first);
    });
    socket.once('message', () => {
      for (const frame of rest) socket.send(frame);
    });
    socket.on('error', reject);
    socket.on('close', (code) => resolve({ received: received.join(''), code }));
  });
}

export const { status, progress, result, reply, generate, cancel } = destinations;
