import type { Duplex } from 'node:stream';
import { Problem } from '@star-graph/core/errors';
import type { PresentedCredential } from '@star-graph/core/identity/authenticate';
import type { Caller } from '@star-graph/core/identity/caller';
import { isRevokedBy } from '@star-graph/core/identity/isRevokedBy';
import type { Revocation } from '@star-graph/core/identity/revocations';
import { newId } from '@star-graph/core/runtime/ids';
import type { WebSocket } from 'ws';
import { hasExpired, isRefused, recheckMs } from '../checkCredential.ts';
import { type CloseCode, closeCodeOf, closeCodes } from './closeCodes.ts';
import { createCommands } from './commands/commands.ts';
import { identify } from './commands/identify.ts';
import type { Join, Membership } from './connection/authenticatedSlots.ts';
import { createConnection } from './connection/connection.ts';
import { createFrameQueue, type FrameQueue } from './frames/frameQueue.ts';
import { type ClientFrame, createFrameReader, type FrameReader } from './frames/frameReader.ts';
import { type Received, watchReceived } from './frames/receivedBytes.ts';
import { connectedFrame, errorFrame, receiptFrame } from './frames/serverFrames.ts';
import type { StompLimits } from './limits.ts';
import type { StompDeps } from './stompDeps.ts';

/*
 * The states of a session. `stranger`: only CONNECT is taken, for ten seconds. `connected`: the caller is known and
 * every command is taken, one after another. `ended`: reading and sending have stopped.
 *
 *     stranger → connected → ended        DISCONNECT, the end of the credential, a fault, the client going away
 *     stranger → ended
 */

export interface Session {
  /** Called every second. */
  tick(nowMs: number): void;
  /** Ends it if it depends on a revoked credential. */
  revoke(revocation: Revocation): void;
  end(code: CloseCode, reason: string): void;
}

/** The origin of a session: the socket below the WebSocket, and the client's address. */
export interface SessionOrigin {
  wire: Duplex;
  address: string;
}

export interface SessionDeps extends StompDeps {
  join: Join;
}

interface Member {
  caller: Caller;
  credential: PresentedCredential;
  checkedAtMs: number;
  place: Membership;
}

const sessionEnded = () =>
  new Problem('unauthenticated', 'This session has ended. Sign in again or refresh, then connect again.');

const connectIsLate = () => new Problem('unauthenticated', 'CONNECT did not come in time.');

/** Received bytes that were not processed yet. */
const waitingOf = (received: Received, reader: FrameReader, queue: FrameQueue): number =>
  received.partial() + reader.heldBytes + queue.bytes;

function checkMember(deps: SessionDeps, member: Member, nowMs: number, onRefused: () => void): void {
  if (hasExpired(member.caller, deps.clock.now())) onRefused();
  else if (nowMs - member.checkedAtMs >= recheckMs) {
    member.checkedAtMs = nowMs;
    void isRefused(deps, member.credential, member.caller).then((refused) => refused && onRefused());
  }
}

/** The fault in the number of received or waiting bytes, if any. */
function findExcess(
  limits: StompLimits,
  totalBytes: number,
  waitingBytes: number,
  place: Membership | undefined,
): Problem | undefined {
  if (!place)
    return totalBytes <= limits.strangerBytes
      ? undefined
      : new Problem(
          'too-large',
          'Too much came before CONNECT was answered. Send it and wait for CONNECTED.',
        );
  if (waitingBytes <= limits.aheadBytes || place.hasRoom()) return undefined;
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
  const room = { clock: deps.clock, hasRoom: () => member?.place.hasRoom() ?? true };
  const connection = createConnection(room, socket, wire, limits);
  const commands = createCommands(deps, limits, connection, address);
  const reader = createFrameReader(limits);
  const openedAtMs = deps.clock.monotonicMs();
  let member: Member | undefined;
  let isEnded = false;

  function release(): void {
    isEnded = true;
    queue.clear();
    commands.stop();
    member?.place.leave();
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
    const place = deps.join(caller, () => waitingOf(received, reader, queue) + connection.heldBytes());
    member = { caller, credential, checkedAtMs: deps.clock.monotonicMs(), place };
    connection.agreeHeartbeats(heartbeats);
    connection.send(connectedFrame(newId()));
  }

  const queue = createFrameQueue(
    socket,
    limits,
    () => member === undefined,
    async (frame) => {
      if (frame instanceof Problem) return fail(frame);
      const { receipt } = frame.headers;
      try {
        if (!member) return await connect(frame);
        if (frame.command !== 'DISCONNECT') await commands.obey(member.caller, frame);
        if (receipt !== undefined) connection.send(receiptFrame(receipt));
        if (frame.command === 'DISCONNECT') end(closeCodes.normal, 'Bye.');
      } catch (error) {
        fail(error, receipt);
      }
    },
  );

  const received = watchReceived(wire, () => {
    const fault = findExcess(limits, received.total(), waitingOf(received, reader, queue), member?.place);
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
      if (member) checkMember(deps, member, nowMs, () => fail(sessionEnded()));
      else if (nowMs - openedAtMs >= limits.connectMs) fail(connectIsLate());
    },
    revoke(revocation) {
      if (member && isRevokedBy(member.caller, revocation)) fail(sessionEnded());
    },
    end,
  };
}
