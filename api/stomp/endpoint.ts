import { type EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { listenToRevocations } from '@star-graph/core/people/identity/revocations';
import type Koa from 'koa';
import websocket from 'koa-websocket';
import { createNamedSemaphore } from '../limits/namedSemaphore.ts';
import { openSockets } from '../metrics.ts';
import { limitKeyOf } from '../middleware/clientAddress.ts';
import { findMisdirection, type IsOwnHost } from '../middleware/ownHost.ts';
import { HttpProblem } from '../transport/httpProblem.ts';
import { answerRaw } from '../transport/rawAnswer.ts';
import { createAuthenticatedSlots } from './authenticatedSlots.ts';
import { closeCodes } from './closeCodes.ts';
import { type StompLimits, stopGraceMs } from './limits.ts';
import { createSession, type Session, type SessionDeps } from './session.ts';
import type { StompDeps } from './stompDeps.ts';

interface StompConfig {
  path: string;
  limits: StompLimits;
  /** Pages that may connect; programs send no Origin. */
  isAllowedOrigin(origin: string): boolean;
  isOwnHost: IsOwnHost;
  addressOf(request: IncomingMessage): string;
  /** Called with each connection that leaves the HTTP server. */
  onTaken?(socket: Socket): void;
}

interface StompEndpoint {
  /** Refuses new connections and ends the open ones with a note to come again; resolves when they are gone. */
  close(): Promise<void>;
}

const protocol = 'v12.stomp';

/** Serves STOMP over the WebSockets of an application that the servers serve. */
export async function attachStomp(
  deps: StompDeps,
  config: StompConfig,
  app: Koa,
  servers: readonly EventEmitter[],
): Promise<StompEndpoint> {
  const { limits } = config;
  const sessions = new Set<Session>();
  const takeUnauthenticatedSlot = createUnauthenticatedSlots(limits);
  const unauthenticatedSlots = new WeakMap<IncomingMessage, () => void>();
  const takeAuthenticatedSlot = createAuthenticatedSlots(limits);
  const sockets = websocket(app).ws;
  // Its types say that this returns the server; it does not.
  sockets.listen({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    // Room to answer a frame that is too large by an ERROR; beyond it the WebSocket itself ends.
    maxPayload: 2 * limits.frameBytes + limits.sendBodyBytes,
    handleProtocols: () => protocol,
  });

  // The listener on messages has to be there before the first await: earlier messages are lost.
  sockets.use((ctx, next) => {
    if (ctx.path !== config.path) return next();
    const { websocket: socket } = ctx;
    const sessionDeps: SessionDeps = {
      ...deps,
      takeSlot(caller, measure) {
        const slot = takeAuthenticatedSlot(caller, measure);
        unauthenticatedSlots.get(ctx.req)?.();
        return slot;
      },
    };
    const origin = { wire: ctx.req.socket, address: config.addressOf(ctx.req) };
    const session = createSession(sessionDeps, limits, socket, origin);
    sessions.add(session);
    openSockets.inc();
    socket.on('close', () => {
      sessions.delete(session);
      openSockets.dec();
    });
  });
  sockets.use((ctx) => ctx.websocket.close(closeCodes.notFound, 'Nothing is here.'));

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A listener has no caller: an error would end the process, with everybody's connections.
    try {
      const entered = findFault(config, request) ?? takeUnauthenticatedSlot(config.addressOf(request));
      if (entered instanceof HttpProblem) {
        answerRaw(socket, entered);
        return;
      }
      unauthenticatedSlots.set(request, entered);
      socket.once('close', entered);
      sockets.server?.handleUpgrade(request, socket, head, (webSocket) => {
        config.onTaken?.(request.socket);
        sockets.server?.emit('connection', webSocket, request);
      });
    } catch (error) {
      deps.log.error({ err: error }, 'a handshake failed');
      socket.destroy();
    }
  };
  for (const server of servers) server.on('upgrade', onUpgrade);

  const stopListening = await listenToRevocations(deps, (revocation) => {
    for (const session of sessions) session.revoke(revocation);
  });
  const timer = setInterval(() => {
    const nowMs = deps.clock.monotonicMs();
    for (const session of sessions) session.tick(nowMs);
  }, 1_000);

  return {
    async close() {
      for (const server of servers) server.off('upgrade', onUpgrade);
      stopListening();
      for (const session of sessions)
        session.end(closeCodes.goingAway, 'The server restarts; connect again.');
      const clients = [...(sockets.server?.clients ?? [])];
      const late = setTimeout(() => {
        for (const client of clients) client.terminate();
      }, stopGraceMs);
      await Promise.all(clients.map((client) => once(client, 'close')));
      clearTimeout(late);
      clearInterval(timer);
      sockets.server?.close();
    },
  };
}

function findFault(
  { path, isAllowedOrigin, isOwnHost }: StompConfig,
  request: IncomingMessage,
): HttpProblem | undefined {
  const { origin, 'sec-websocket-protocol': offered = '' } = request.headers;
  const { url = '/' } = request;
  const base = 'http://localhost';
  const misdirection = findMisdirection(isOwnHost, request);
  if (misdirection) return misdirection;
  if (!URL.canParse(url, base))
    return new HttpProblem(400, 'invalid-params', `This address is malformed. Connect to ${path}.`);
  if (new URL(url, base).pathname !== path)
    return new HttpProblem(404, 'not-found', `Nothing takes connections here. Connect to ${path}.`);
  if (origin !== undefined && !isAllowedOrigin(origin))
    return new HttpProblem(
      403,
      'forbidden',
      'Pages of this origin may not connect. Ask the operator to add it.',
    );
  if (!offered.split(',').some((name) => name.trim() === protocol))
    return new HttpProblem(400, 'invalid-params', `Offer the WebSocket subprotocol ${protocol}.`);
  return undefined;
}

/**
 * Takes one of the address' and one of the process' slots for unauthenticated connections, until the returned
 * function is called (further calls do nothing). An IPv6 network counts as one address.
 * @returns the answer when none is left.
 */
type TakeUnauthenticatedSlot = (address: string) => (() => void) | HttpProblem;

function createUnauthenticatedSlots(
  limits: Pick<StompLimits, 'unauthenticated' | 'unauthenticatedPerAddress'>,
): TakeUnauthenticatedSlot {
  const ofAddresses = createNamedSemaphore(limits.unauthenticatedPerAddress);
  const ofProcess = createNamedSemaphore(limits.unauthenticated);
  return (address) => {
    const leaveAddress = ofAddresses.take(limitKeyOf(address));
    if (!leaveAddress)
      return new HttpProblem(
        429,
        'quota-exceeded',
        'Too many are connecting from your address at once. Try again in a few seconds.',
      );
    const leaveProcess = ofProcess.take('');
    if (leaveProcess)
      return () => {
        leaveProcess();
        leaveAddress();
      };
    leaveAddress();
    return new HttpProblem(
      503,
      'unavailable',
      'Too many are connecting at once. Try again in a few seconds.',
    );
  };
}
