import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/**
 * - `cut`: the connection ends before the request reaches the API;
 * - `lose`: the API executes it, and the connection ends before its answer arrives;
 * - a status: answered in the API's place by a problem of this code;
 * - an answer: the same by this.
 */
export type GateFault =
  | 'cut'
  | 'lose'
  | { status: number; code: string; retryAfterSeconds?: number }
  | { answer: object };

export interface ApiGate extends AsyncDisposable {
  url: string;
  /** Strikes the next `times` requests with this method and path (`POST /api/v1/…`). */
  strike(pattern: RegExp, fault: GateFault, times?: number): void;
  /** Cancels the strikes that did not happen yet. */
  calm(): void;
  /** Answers nothing until the release. */
  stall(): { release(): void };
  /** Ends the WebSockets and lets none in until the release. */
  refuseSockets(): { release(): void };
  /** The requests that passed, and those that were struck. */
  requests: string[];
}

interface OrderedStrike {
  pattern: RegExp;
  fault: GateFault;
  times: number;
}

/** A proxy between the bot and the API, so that a test can drop single answers. */
export async function startApiGate(targetUrl: string): Promise<ApiGate> {
  const target = new URL(targetUrl);
  const strikes: OrderedStrike[] = [];
  const requests: string[] = [];
  let released = Promise.resolve();
  const server: Server = createServer((incoming, response) => {
    const name = `${incoming.method} ${incoming.url}`;
    requests.push(name);
    const fault = takeStrike(strikes, name);
    if (fault === 'cut') incoming.socket.destroy();
    else if (typeof fault === 'object' && 'answer' in fault)
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(fault.answer));
    else if (typeof fault === 'object') answerProblem(response, fault);
    else void released.then(() => forward(target, incoming, response, fault === 'lose'));
  });
  const sockets = new Set<Socket>();
  let areSocketsRefused = false;
  server.on('upgrade', (incoming: IncomingMessage, client: Socket) => {
    if (areSocketsRefused) {
      client.destroy();
      return;
    }
    passSocket(target, incoming, client, sockets);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strike: (pattern, fault, times = 1) => void strikes.push({ pattern, fault, times }),
    calm: () => void strikes.splice(0),
    stall() {
      const { promise, resolve } = Promise.withResolvers<void>();
      released = promise;
      return { release: resolve };
    },
    refuseSockets() {
      areSocketsRefused = true;
      for (const socket of sockets) socket.destroy();
      return {
        release() {
          areSocketsRefused = false;
        },
      };
    },
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function passSocket(target: URL, incoming: IncomingMessage, client: Socket, sockets: Set<Socket>): void {
  const upstream = connect(Number(target.port), target.hostname);
  const ends = [client, upstream] as const;
  for (const [from, to] of [ends, ends.toReversed()] as [Socket, Socket][]) {
    sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      to.destroy();
      sockets.delete(from);
    });
  }
  const headers = incoming.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : [],
  );
  upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  client.pipe(upstream).pipe(client);
}

function takeStrike(strikes: OrderedStrike[], name: string): GateFault | undefined {
  const strike = strikes.find(({ pattern }) => pattern.test(name));
  if (!strike) return undefined;
  strike.times -= 1;
  if (strike.times === 0) strikes.splice(strikes.indexOf(strike), 1);
  return strike.fault;
}

function forward(target: URL, incoming: IncomingMessage, response: ServerResponse, isLost: boolean): void {
  const { method, headers, url: path } = incoming;
  const onward = request({ host: target.hostname, port: target.port, method, headers, path }, (answer) => {
    if (isLost) {
      answer.resume();
      answer.on('end', () => incoming.socket.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}

function answerProblem(
  response: ServerResponse,
  { status, code, retryAfterSeconds }: Extract<GateFault, { status: number }>,
): void {
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
  });
  const type = `urn:star-graph:problem:${code}`;
  response.end(JSON.stringify({ type, title: code, status, detail: `Ordered: ${code}.`, instance: '/' }));
}
