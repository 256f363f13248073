import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem } from '@star-graph/core/ground/errors';
import type { Subscriber } from '@star-graph/core/ground/redis/subscriber';
import { every } from '@star-graph/core/ground/runtime/every';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { authenticate, type PresentedCredential } from '@star-graph/core/people/identity/authenticate';
import { type PersonCaller, requirePerson } from '@star-graph/core/people/identity/caller';
import { proveNamedPerson } from '@star-graph/core/people/identity/credentials/keyPeople';
import { isRevokedBy } from '@star-graph/core/people/identity/isRevokedBy';
import { requireKeyUse } from '@star-graph/core/people/identity/keyLimits';
import { listenToRevocations } from '@star-graph/core/people/identity/revocations';
import { problems } from '@star-graph/workflows/shared/problems';
import { type WebSocket, WebSocketServer } from 'ws';
import { hasExpired, isRefused, recheckMs } from '../../../checkCredential.ts';
import { createConnectionSlots } from '../../../limits/connectionSlots.ts';
import type { IsAllowedOrigin } from '../../../middleware/browserRules.ts';
import { originOf } from '../../../middleware/limitRate.ts';
import { findMisdirection, type IsOwnHost } from '../../../middleware/ownHost.ts';
import { requireCaller } from '../../../routes/requireCaller.ts';
import { HttpProblem } from '../../../transport/httpProblem.ts';
import { answerRaw } from '../../../transport/rawAnswer.ts';
import { toProblem } from '../../../transport/toProblem.ts';
import { hideKey, keyInPathOf, requireKeyOfPath } from '../../keyInPath.ts';
import { ofDoor, reads } from '../../letIn.ts';
import { readPerson } from '../../namedPerson.ts';
import { doorScope, type GraphDeps } from '../graphDeps.ts';
import { requireOpen, requireRole } from '../letSenderIn.ts';
import { bearerOf, keyBeforePath } from '../presentedKey.ts';
import { createSocketSession } from './socketSession.ts';

interface SocketConfig {
  isAllowedOrigin: IsAllowedOrigin;
  isOwnHost: IsOwnHost;
  addressOf(request: IncomingMessage): string;
  /** Whether the client speaks TLS, with this server or with a trusted proxy. */
  isSecure(request: IncomingMessage): boolean;
  /** Called with each connection that leaves the HTTP server. */
  onTaken(socket: Socket): void;
}

/** Clients say next to nothing on a socket. */
const mostHeardBytes = 64 * 1_024;
const closeCodes = { goingAway: 1001, refused: 1008 } as const;
const endedReason = 'This key does not work any more.';
/** For clients that do not answer the end of their connection. */
const stopGraceMs = 2_000;

/** ComfyUI's `/ws` on a server. */
export async function attachGraphSockets(
  deps: GraphDeps & { subscriber: Subscriber },
  server: Server | Http2SecureServer,
  config: SocketConfig,
): Promise<{ close(): Promise<void> }> {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: mostHeardBytes,
  });
  const takeSlot = createConnectionSlots(deps.config.SOCKETS_PER_USER);
  const alive = new WeakMap<WebSocket, boolean>();
  const clients = new Map<WebSocket, AdmittedClient>();

  async function admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const misdirection = findMisdirection(config.isOwnHost, request);
    if (misdirection) throw misdirection;
    requireOrigin(config, request);
    const client = await admitSocket(deps, request, config.addressOf(request));
    const leaveSlot = takeSlot(client.caller);
    socket.once('close', leaveSlot);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      config.onTaken(request.socket);
      serve(webSocket, client);
    });
  }

  function serve(socket: WebSocket, client: AdmittedClient): void {
    clients.set(socket, client);
    alive.set(socket, true);
    const { caller, clientId = newId() } = client;
    const session = createSocketSession(deps, socket, { userId: caller.account.id, clientId });
    socket.on('pong', () => alive.set(socket, true));
    socket.on('error', () => socket.terminate());
    socket.on('message', (data, isBinary) => {
      if (!isBinary) session.hear(data.toString());
    });
    socket.on('close', () => {
      clients.delete(socket);
      session.close();
    });
    session.open().catch((err: unknown) => {
      deps.log.warn({ err }, 'a client of graphs could not be served');
      socket.close(1011, 'Connect again.');
    });
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    hideKey(request, keyBeforePath);
    // A connection that breaks while its key is looked up.
    socket.on('error', () => socket.destroy());
    admit(request, socket, head).catch((error: unknown) => {
      const problem = toProblem(deps.log, error);
      const { code, detail } = problem;
      const status = problem instanceof HttpProblem ? problem.status : problems[code].status;
      answerRaw(socket, new HttpProblem(status, code, detail));
    });
  };
  server.on('upgrade', onUpgrade);

  const stopListening = await listenToRevocations(deps, (revocation) => {
    for (const [socket, { caller }] of clients)
      if (isRevokedBy(caller, revocation)) socket.close(closeCodes.refused, endedReason);
  });
  const stopTicking = every(deps.clock, recheckMs, () => {
    for (const [socket, client] of clients) {
      if (!alive.get(socket)) socket.terminate();
      alive.set(socket, false);
      socket.ping();
      void recheck(deps, socket, client);
    }
  });

  return {
    async close() {
      stopTicking();
      stopListening();
      server.off('upgrade', onUpgrade);
      const open = [...clients.keys()];
      for (const socket of open) socket.close(closeCodes.goingAway, 'The server restarts; connect again.');
      const late = setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, stopGraceMs);
      await Promise.all(open.map((socket) => once(socket, 'close')));
      clearTimeout(late);
      sockets.close();
    },
  };
}

/** A key that ran out, or was revoked while the message of it was lost, opens nothing any more. */
async function recheck(
  deps: GraphDeps,
  socket: WebSocket,
  { caller, credential }: AdmittedClient,
): Promise<void> {
  const check = {
    log: deps.log,
    authenticate: (presented: typeof credential) => authenticate(deps, presented),
  };
  if (hasExpired(caller, deps.clock.now()) || (await isRefused(check, credential, caller)))
    socket.close(closeCodes.refused, endedReason);
}

/**
 * As ComfyUI does, lets in what names the address that it connects to: Python's websocket-client names it unasked. A
 * page that gets there by another name of this machine has no key, which browsers never add by themselves.
 */
function requireOrigin({ isAllowedOrigin, isSecure }: SocketConfig, request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const own = URL.parse(`${isSecure(request) ? 'https' : 'http'}://${host}`)?.origin;
  if (origin !== undefined && origin !== own && !isAllowedOrigin(origin))
    throw new HttpProblem(
      403,
      'forbidden',
      'Pages of this origin may not connect. Ask the operator to add it.',
    );
}

interface AdmittedClient {
  caller: PersonCaller;
  credential: PresentedCredential;
  clientId: string | undefined;
}

const longestClientId = 200;

/** Lets a socket in as a request for reading. @throws Problem `not-found`, `unauthenticated`, `forbidden`, `rate-limited`. */
async function admitSocket(
  deps: GraphDeps,
  request: IncomingMessage,
  address: string,
): Promise<AdmittedClient> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname !== '/ws' && pathname !== '/api/ws')
    throw new Problem('not-found', 'Nothing takes connections here. Connect to /ws.');
  requireOpen(deps);
  const authorization = keyInPathOf(request) ?? bearerOf(request.headers.authorization ?? '');
  const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  try {
    if (bearer === undefined) throw new Problem('unauthenticated', 'Send an API key as Bearer or by Basic.');
    const person = await proveNamedPerson(deps, bearer, readPerson(request));
    const credential = { bearer, ...(person !== undefined && { person }) };
    const caller = requirePerson(await authenticate(deps, credential));
    await deps.rateLimits.countBurst(originOf(caller, address));
    await deps.rateLimits.countUser(caller.account.id);
    requireKeyUse(caller, { address, now: deps.clock.now() });
    requireKeyOfPath(request, caller, doorScope);
    deps.requireAddress(caller, address, reads);
    requireCaller(ofDoor(reads, caller, doorScope), caller, deps.clock.now());
    requireRole(deps, caller);
    const clientId = searchParams.get('clientId')?.slice(0, longestClientId) || undefined;
    return { caller, credential, clientId };
  } catch (error) {
    if (error instanceof Problem && !['rate-limited', 'unavailable'].includes(error.code))
      await deps.rateLimits.countAddress(address);
    throw error;
  }
}
