import type { Duplex } from 'node:stream';
import { Problem } from '@star-graph/core/ground/errors';
import { newId } from '@star-graph/core/ground/runtime/ids';
import type { PresentedCredential } from '@star-graph/core/people/identity/authenticate';
import type { Caller } from '@star-graph/core/people/identity/caller';
import { isRevokedBy } from '@star-graph/core/people/identity/isRevokedBy';
import type { Revocation } from '@star-graph/core/people/identity/revocations';
import type { WebSocket } from 'ws';
import { hasExpired, isRefused, recheckMs } from '../checkCredential.ts';
import type { AuthenticatedSlot, TakeAuthenticatedSlot } from './authenticatedSlots.ts';
import { type CloseCode, closeCodeOf, closeCodes } from './closeCodes.ts';
import { createCommands } from './commands.ts';
import { createConnection } from './connection.ts';
import { createFrameQueue, type FrameQueue } from './frameQueue.ts';
import { type ClientFrame, createFrameReader, type FrameReader } from './frameReader.ts';
import type { StompLimits } from './limits.ts';
import { connectedFrame, errorFrame, receiptFrame } from './serverFrames.ts';
import type { StompDeps } from './stompDeps.ts';

/*
 * The states of a session. `connecting`: only CONNECT is taken, for ten seconds. `connected`: the caller is known and
 * every command is taken, one after another. `ended`: reading and sending have stopped.
 *
 *     connecting → connected → ended      DISCONNECT, the end of the credential, a fault, the client going away
 *     connecting → ended
 */

export interface Session {
  /** Called every second. */
  tick(nowMs: number): void;
  /** Ends it if it depends on a revoked credential. */
  revoke(revocation: Revocation): void;
  end(code: CloseCode, reason: string): void;
}

/** The origin of a session: the socket below the WebSocket, and the client's address. */
interface SessionOrigin {
  wire: Duplex;
  address: string;
}

export interface SessionDeps extends StompDeps {
  takeSlot: TakeAuthenticatedSlot;
}

interface ConnectedClient {
  caller: Caller;
  credential: PresentedCredential;
  checkedAtMs: number;
  slot: AuthenticatedSlot;
}

const sessionEnded = () =>
  new Problem('unauthenticated', 'This session has ended. Sign in again or refresh, then connect again.');

const connectIsLate = () => new Problem('unauthenticated', 'CONNECT did not come in time.');

/** Received bytes that were not processed yet. */
const waitingOf = (received: Received, reader: FrameReader, queue: FrameQueue): number =>
  received.partial() + reader.heldBytes + queue.bytes;

function checkClient(deps: SessionDeps, client: ConnectedClient, nowMs: number, onRefused: () => void): void {
  if (hasExpired(client.caller, deps.clock.now())) onRefused();
  else if (nowMs - client.checkedAtMs >= recheckMs) {
    client.checkedAtMs = nowMs;
    void isRefused(deps, client.credential, client.caller).then((refused) => refused && onRefused());
  }
}

/** The fault in the number of received or waiting bytes, if any. */
function findExcess(
  limits: StompLimits,
  totalBytes: number,
  waitingBytes: number,
  slot: AuthenticatedSlot | undefined,
): Problem | undefined {
  if (!slot)
    return totalBytes <= limits.unauthenticatedBytes
      ? undefined
      : new Problem(
          'too-large',
          'Too much came before CONNECT was answered. Send it and wait for CONNECTED.',
        );
  if (waitingBytes <= limits.aheadBytes || slot.hasRoom()) return undefined;
  return new Problem(
    'quota-exceeded',
    'Too much that you sent waits on your connections. Send less at once, and connect again.',
  );
}

export function createSession(
  deps: SessionDeps,
  limits: StompLimits,
  socket: WebSocket,
  { wire, address }: SessionOrigin,
): Session {
  const room = { clock: deps.clock, hasRoom: () => client?.slot.hasRoom() ?? true };
  const connection = createConnection(room, socket, wire, limits);
  const commands = createCommands(deps, limits, connection, address);
  const reader = createFrameReader(limits);
  const openedAtMs = deps.clock.monotonicMs();
  let client: ConnectedClient | undefined;
  let isEnded = false;

  function release(): void {
    isEnded = true;
    queue.clear();
    commands.stop();
    client?.slot.leave();
  }

  function end(code: CloseCode, reason: string, lastFrame?: Buffer): void {
    if (isEnded) return;
    release();
    connection.close(code, reason, lastFrame);
  }

  /** ERROR and the end, as STOMP has it: a session does not survive a fault. */
  function fail(error: unknown, receiptId?: string): void {
    if (isEnded) return;
    const problem = deps.presentError(error);
    const code = error instanceof Problem ? closeCodeOf(error.code) : closeCodes.internal;
    end(code, problem.title, errorFrame(problem, receiptId));
  }

  async function connect(frame: ClientFrame): Promise<void> {
    const { credential, heartbeats, caller } = await identify(deps, frame, address);
    if (isEnded) return;
    const slot = deps.takeSlot(caller, () => waitingOf(received, reader, queue) + connection.heldBytes());
    client = { caller, credential, checkedAtMs: deps.clock.monotonicMs(), slot };
    connection.agreeHeartbeats(heartbeats);
    connection.send(connectedFrame(newId()));
  }

  const queue = createFrameQueue(
    socket,
    limits,
    () => client === undefined,
    async (frame) => {
      if (frame instanceof Problem) return fail(frame);
      const { receipt } = frame.headers;
      try {
        if (!client) return await connect(frame);
        if (frame.command !== 'DISCONNECT') await commands.obey(client.caller, frame);
        if (receipt !== undefined) connection.send(receiptFrame(receipt));
        if (frame.command === 'DISCONNECT') end(closeCodes.normal, 'Bye.');
      } catch (error) {
        fail(error, receipt);
      }
    },
  );

  const received = watchReceived(wire, () => {
    const fault = findExcess(limits, received.total(), waitingOf(received, reader, queue), client?.slot);
    if (fault) fail(fault);
  });
  socket.on('message', (data: Buffer) => {
    received.noteMessage();
    if (isEnded) return;
    connection.noteReceived();
    try {
      queue.push(reader.read(data));
    } catch (error) {
      fail(error);
    }
  });
  socket.on('close', release);

  return {
    tick(nowMs) {
      connection.tick(nowMs);
      if (isEnded) return;
      if (client) checkClient(deps, client, nowMs, () => fail(sessionEnded()));
      else if (nowMs - openedAtMs >= limits.connectMs) fail(connectIsLate());
    },
    revoke(revocation) {
      if (client && isRevokedBy(client.caller, revocation)) fail(sessionEnded());
    },
    end,
  };
}

/** Counts the bytes on the wire, also of incomplete messages, which the WebSocket does not show. */
interface Received {
  /** Since the handshake. */
  total(): number;
  /** Since the last whole message. */
  partial(): number;
  noteMessage(): void;
}

function watchReceived(wire: Duplex, onMore: () => void): Received {
  let total = 0;
  let partial = 0;
  // Ahead of the WebSocket's own listener, which may find the end of a message in these bytes.
  wire.prependListener('data', (bytes: Buffer) => {
    total += bytes.length;
    partial += bytes.length;
    onMore();
  });
  return {
    total: () => total,
    partial: () => partial,
    noteMessage() {
      partial = 0;
    },
  };
}

/**
 * Finds the caller of a CONNECT. Counted like a request: against the person, or against the address for a bad
 * credential.
 * @throws Problem for a refused CONNECT.
 */
async function identify(
  deps: Pick<StompDeps, 'authenticate' | 'countRefusal' | 'countRequest' | 'requireAddress'>,
  frame: ClientFrame,
  address: string,
): Promise<ConnectRequest & { caller: Caller }> {
  try {
    const request = parseConnect(frame.headers);
    const caller = await deps.authenticate(request.credential);
    deps.requireAddress(caller, address);
    await deps.countRequest(caller, address);
    return { ...request, caller };
  } catch (error) {
    if (error instanceof Problem && error.code !== 'rate-limited') await deps.countRefusal(address);
    throw error;
  }
}

interface ConnectRequest {
  credential: PresentedCredential;
  /** 0: no heart-beats. `outgoingMs` is the server's. */
  heartbeats: { outgoingMs: number; incomingMs: number };
}

const bearerPattern = /^Bearer +(\S+)$/i;
const heartbeatPattern = /^(\d{1,9}),(\d{1,9})$/;

/** @throws Problem `invalid-params` or `unauthenticated`. Headers as STOMP 1.2 has them; ours are looked up without case. */
function parseConnect(headers: Readonly<Record<string, string>>): ConnectRequest {
  const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const versions = (named.get('accept-version') ?? '').split(',').map((version) => version.trim());
  if (!versions.includes('1.2'))
    throw new Problem('invalid-params', 'This server speaks STOMP 1.2: send accept-version:1.2.');
  const heartbeats = heartbeatPattern.exec(named.get('heart-beat') ?? '0,0');
  if (!heartbeats)
    throw new Problem('invalid-params', 'The header heart-beat has to be two numbers: 10000,10000.');
  const [, bearer] = bearerPattern.exec(named.get('authorization') ?? '') ?? [];
  if (bearer === undefined)
    throw new Problem(
      'unauthenticated',
      'Send the header Authorization: Bearer and an access token or an API key.',
    );
  const actFor = named.get('star-graph-act-for');
  return {
    credential: { bearer, ...(actFor === undefined ? {} : { actFor }) },
    heartbeats: { incomingMs: Number(heartbeats[1]), outgoingMs: Number(heartbeats[2]) },
  };
}
