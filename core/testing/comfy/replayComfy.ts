import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerRequest } from './replayRoutes.ts';
import type { Interception } from './replayState.ts';
import { connectSocket, type ReplayState, type SeenRequest } from './replayState.ts';
import { type Episode, loadTranscript, type RecordedFrame } from './transcript.ts';

/** A server that plays a recording to every client, over real HTTP and a real socket, as fast as it is read. */
export interface ReplayComfy extends AsyncDisposable {
  readonly url: string;
  readonly episodes: readonly Episode[];
  /** Every request so far. */
  readonly requests: readonly SeenRequest[];
  /** The clientIds of all sockets so far, and how many are open under each now. */
  readonly clientIds: readonly string[];
  openSockets(): number;
  /** Resolves as soon as this holds of the sockets: in the turn in which one opens, speaks, pings or closes. */
  untilSockets(isReached: () => boolean): Promise<void>;
  /** The largest number that was ever open at once. */
  mostSockets(): number;
  /** The number of pings from all of them. */
  pings(): number;
  /** The headers of their handshakes. */
  readonly handshakes: readonly IncomingHttpHeaders[];
  /** Text frames that clients sent, in order, with the number of the socket. */
  readonly sent: readonly { socket: number; text: string }[];
  /** The first matching request, past or future. */
  seen(method: string, path: string | RegExp, count?: number): Promise<SeenRequest>;
  /** Pauses the replay before the first matching frame; `reached` resolves then. */
  holdBefore(matches: (frame: RecordedFrame) => boolean): { reached: Promise<void>; release(): void };
  /** The episode for the next POST, by its number in the recording. Default: the next one. */
  nextEpisode(index: number): void;
  /** Answers matching requests by itself; `undefined` leaves one to the recording. */
  intercept(answer: (request: SeenRequest) => Interception | undefined): void;
  /** Frames go nowhere, as after a take-over of the clientId, until the next socket opens. */
  goDeaf(): void;
  /** Stops reading from the sockets: no pong comes any more. */
  freezeSockets(): void;
  /** Like `freezeSockets`, also for new sockets: their handshakes are never answered. */
  freeze(): void;
  /** Cuts all connections without a closing frame, and keeps the memory. */
  cutSockets(): void;
  /** The state after a restart: no socket, no queue, no history. */
  restart(): void;
  /** Sends a frame to all sockets. */
  broadcast(frame: string | Uint8Array): void;
  /** Refuses connections from now on. */
  stop(): Promise<void>;
}

/** Starts it on a free loopback port. */
export async function startReplayComfy(name: string): Promise<ReplayComfy> {
  const transcript = loadTranscript(name);
  const state = createState(transcript);
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error: unknown) => {
      state.faults.push(error);
      response.destroy();
    });
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    if (state.isFrozen) return;
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request));
  });
  sockets.on('connection', (ws, request) => {
    state.mostSockets = Math.max(state.mostSockets, sockets.clients.size);
    connectSocket(state, ws, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    for (const ws of sockets.clients) ws.terminate();
    sockets.close();
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${port}`,
    episodes: transcript.episodes,
    requests: state.requests,
    clientIds: state.clientIds,
    handshakes: state.handshakes,
    sent: state.sent,
    openSockets: () => sockets.clients.size,
    async untilSockets(isReached) {
      while (!isReached()) await once(state.sockets, 'change');
    },
    mostSockets: () => state.mostSockets,
    pings: () => state.pings,
    seen: (method, path, count = 1) => state.seen(method, path, count),
    holdBefore: (matches) => state.holdBefore(matches),
    nextEpisode: (index) => {
      state.nextEpisode = index;
    },
    intercept: (answer) => {
      state.intercept = answer;
    },
    goDeaf: () => state.registered.clear(),
    freezeSockets: () => {
      for (const ws of sockets.clients) ws.pause();
    },
    freeze: () => {
      state.isFrozen = true;
      for (const ws of sockets.clients) ws.pause();
    },
    cutSockets: () => {
      for (const ws of sockets.clients) ws.terminate();
    },
    restart: () => {
      state.forget();
      for (const ws of sockets.clients) ws.terminate();
    },
    broadcast: (frame) => {
      for (const ws of sockets.clients) ws.send(frame);
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      if (state.faults.length > 0) throw new AggregateError(state.faults, 'the replay failed');
    },
  };
}

async function handle(state: ReplayState, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const seen: SeenRequest = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
  const interception = state.intercept(seen);
  if (interception?.hang) return state.note(seen);
  if (interception?.cut !== undefined) {
    if (interception.cut === 'handled') answerRequest(state, seen);
    response.destroy();
    return state.note(seen);
  }
  const answer = interception
    ? {
        status: interception.status ?? 200,
        contentType: interception.text === undefined ? 'application/json' : 'text/plain',
        body: Buffer.from(interception.text ?? JSON.stringify(interception.json)),
      }
    : answerRequest(state, seen);
  const isOpenEnded = interception?.isChunked || interception?.stallAfterText;
  const length = isOpenEnded ? {} : { 'content-length': answer.body.length };
  response.writeHead(answer.status, { 'content-type': answer.contentType, ...length });
  response.write(answer.body);
  if (!interception?.stallAfterText) response.end();
  state.note(seen);
}

function createState(transcript: ReturnType<typeof loadTranscript>): ReplayState {
  const waiters: { matches: () => SeenRequest | undefined; resolve: (request: SeenRequest) => void }[] = [];
  const state: ReplayState = {
    transcript,
    requests: [],
    clientIds: [],
    handshakes: [],
    sent: [],
    faults: [],
    registered: new Map(),
    sockets: new EventEmitter(),
    prompts: new Map(),
    usedExchanges: new Set(),
    holds: [],
    nextEpisode: 0,
    nextNumber: 0,
    isPlaying: false,
    isFrozen: false,
    mostSockets: 0,
    pings: 0,
    intercept: () => undefined,
    forget() {
      state.prompts.clear();
      state.nextNumber = 0;
    },
    note(request) {
      state.requests.push(request);
      for (const waiter of [...waiters]) {
        const found = waiter.matches();
        if (!found) continue;
        waiters.splice(waiters.indexOf(waiter), 1);
        waiter.resolve(found);
      }
    },
    seen(method, path, count) {
      const isSuch = (one: SeenRequest) =>
        one.method === method && (typeof path === 'string' ? one.path === path : path.test(one.path));
      const matches = () => state.requests.filter(isSuch)[count - 1];
      const found = matches();
      if (found) return Promise.resolve(found);
      return new Promise((resolve) => waiters.push({ matches, resolve }));
    },
    holdBefore(matches) {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      state.holds.push({ matches, reach: reached.resolve, released: released.promise });
      return { reached: reached.promise, release: released.resolve };
    },
  };
  return state;
}
