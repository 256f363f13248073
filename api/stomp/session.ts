import type { Writable } from 'node:stream';
import { Problem } from '@star-graph/core/errors';
import type { Revocation } from '@star-graph/core/events/revocations';
import type { PresentedCredential } from '@star-graph/core/identity/authenticate';
import type { Caller } from '@star-graph/core/identity/caller';
import { restsOn } from '@star-graph/core/identity/restsOn';
import { newId } from '@star-graph/core/ids';
import type { WebSocket } from 'ws';
import { hasExpired, isRefused, recheckMs } from '../checkCredential.ts';
import type { TakePlace } from '../connectionPlaces.ts';
import { type CloseCode, closeCodeOf, closeCodes } from './closeCodes.ts';
import { createCommands } from './commands.ts';
import { parseConnect } from './connectFrame.ts';
import { createConnection } from './connection.ts';
import { createFrameQueue } from './frameQueue.ts';
import { type ClientFrame, createFrameReader } from './frameReader.ts';
import type { StompLimits } from './limits.ts';
import { connectedFrame, errorFrame, receiptFrame } from './serverFrames.ts';
import type { StompDeps } from './stompDeps.ts';

/*
 * The states of a session. `stranger`: nothing but CONNECT is taken, for ten seconds. `connected`: the caller is
 * known and every command is taken, one after another. `ended`: nothing is read or sent any more.
 *
 *     stranger → connected → ended        DISCONNECT, the end of the credential, a fault, the client going away
 *     stranger → ended
 */

export interface Session {
  /** Called every second. */
  tick(nowMs: number): void;
  /** Ends it where it rests on what was revoked. */
  revoke(revocation: Revocation): void;
  end(code: CloseCode, reason: string): void;
}

/** Where a session comes from: the socket below the WebSocket, and the address at its other end. */
export interface SessionOrigin {
  wire: Writable;
  address: string;
}

export interface SessionDeps extends StompDeps {
  takePlace: TakePlace;
}

interface Member {
  caller: Caller;
  credential: PresentedCredential;
  checkedAtMs: number;
  leavePlace: () => void;
}

const sessionEnded = () =>
  new Problem('unauthenticated', 'This session has ended. Sign in again or refresh, then connect again.');

export function createSession(
  deps: SessionDeps,
  limits: StompLimits,
  socket: WebSocket,
  { wire, address }: SessionOrigin,
): Session {
  const connection = createConnection(deps.clock, socket, wire, limits);
  const commands = createCommands(deps, limits, connection, address);
  const reader = createFrameReader(limits);
  const openedAtMs = deps.clock.monotonicMs();
  let member: Member | undefined;
  let isEnded = false;

  function release(): void {
    isEnded = true;
    queue.clear();
    commands.stop();
    member?.leavePlace();
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
    const { credential, heartbeats } = parseConnect(frame.headers);
    const caller = await deps.authenticate(credential);
    if (isEnded) return;
    const leavePlace = deps.takePlace(caller);
    member = { caller, credential, checkedAtMs: deps.clock.monotonicMs(), leavePlace };
    connection.agreeHeartbeats(heartbeats);
    connection.send(connectedFrame(newId()));
  }

  const isStranger = () => member === undefined;
  const queue = createFrameQueue(socket, isStranger, async (frame) => {
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
  });

  socket.on('message', (data: Buffer) => {
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
      if (!member) {
        if (nowMs - openedAtMs >= limits.connectMs)
          fail(new Problem('unauthenticated', 'CONNECT did not come in time.'));
      } else if (hasExpired(member.caller, deps.clock.now())) fail(sessionEnded());
      else if (nowMs - member.checkedAtMs >= recheckMs) {
        member.checkedAtMs = nowMs;
        void isRefused(deps, member.credential, member.caller).then(
          (refused) => refused && fail(sessionEnded()),
        );
      }
    },
    revoke(revocation) {
      if (member && restsOn(member.caller, revocation)) fail(sessionEnded());
    },
    end,
  };
}
