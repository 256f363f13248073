import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { type CloseCode, closeCodes } from './closeCodes.ts';
import { closeGraceMs, heartbeatGraceMs, heartbeatMs, type StompLimits } from './limits.ts';
import { heartbeatFrame } from './serverFrames.ts';

/** The sending side of a socket, and its signs of life. */
export interface Connection {
  send(frame: Buffer): void;
  /** Progress: to a client that reads too slowly only the last frame of a task is sent, when it has caught up. */
  sendLatest(subscriptionId: string, taskId: string, frame: Buffer): void;
  /** Resolves when the client has taken most of what was sent, or the connection ends. */
  drained(): Promise<void>;
  /** Heart-beats that the two sides agreed on; 0 for none. */
  agreeHeartbeats(wanted: { outgoingMs: number; incomingMs: number }): void;
  /** The client sent something. */
  noteReceived(): void;
  /** Ends the connection, with a last frame where there is something to say. */
  close(code: CloseCode, reason: string, lastFrame?: Buffer): void;
  /** Called every second: heart-beats, what was held back, and the end of connections that are dead or too slow. */
  tick(nowMs: number): void;
}

/** Frames of one turn of the event loop leave in one write: a system call costs more than all else of a frame. */
function createGathering(wire: Pick<Writable, 'cork' | 'uncork'>): () => void {
  let isGathering = false;
  return () => {
    if (isGathering) return;
    isGathering = true;
    wire.cork();
    setImmediate(() => {
      isGathering = false;
      wire.uncork();
    });
  };
}

/** @param wire what the socket writes to. */
export function createConnection(
  deps: { monotonicMs: () => number },
  socket: WebSocket,
  wire: Pick<Writable, 'cork' | 'uncork'>,
  limits: Pick<StompLimits, 'congestedBytes' | 'unsentBytes'>,
): Connection {
  const latest = new Map<string, Buffer>();
  let outgoingMs = 0;
  let incomingMs = 0;
  let sentAtMs = deps.monotonicMs();
  let receivedAtMs = sentAtMs;
  let closingAtMs: number | undefined;

  let waiting: (() => void)[] = [];
  const isCongested = () => socket.bufferedAmount > limits.congestedBytes;

  const gather = createGathering(wire);

  const write = (frame: Buffer): void => {
    if (socket.readyState !== socket.OPEN) return;
    sentAtMs = deps.monotonicMs();
    gather();
    socket.send(frame, { binary: false }, afterWrite);
  };

  /** Also called with the error of a connection that ended: then nobody waits any longer. */
  const afterWrite = (): void => {
    if (latest.size > 0) flushLatest();
    if (waiting.length === 0 || (isCongested() && socket.readyState === socket.OPEN)) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  socket.on('close', afterWrite);

  const close: Connection['close'] = (code, reason, lastFrame) => {
    if (closingAtMs !== undefined) return;
    if (lastFrame) write(lastFrame);
    closingAtMs = deps.monotonicMs();
    latest.clear();
    socket.close(code, reason);
  };

  const flushLatest = (): void => {
    for (const [key, frame] of latest) {
      if (isCongested()) return;
      latest.delete(key);
      write(frame);
    }
  };

  return {
    send(frame) {
      if (closingAtMs !== undefined) return;
      if (socket.bufferedAmount > limits.unsentBytes)
        close(closeCodes.tryAgainLater, 'The client reads too slowly; resume by last-seq.');
      else write(frame);
    },
    sendLatest(subscriptionId, taskId, frame) {
      if (closingAtMs !== undefined) return;
      // Whatever waits goes first; most of the time nothing does.
      if (latest.size > 0 || isCongested()) latest.set(`${subscriptionId} ${taskId}`, frame);
      else write(frame);
    },
    drained() {
      if (!isCongested() || socket.readyState !== socket.OPEN) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    agreeHeartbeats(wanted) {
      outgoingMs = wanted.outgoingMs === 0 ? 0 : Math.max(heartbeatMs, wanted.outgoingMs);
      incomingMs = wanted.incomingMs === 0 ? 0 : Math.max(heartbeatMs, wanted.incomingMs);
    },
    noteReceived() {
      receivedAtMs = deps.monotonicMs();
    },
    close,
    tick(nowMs) {
      if (closingAtMs !== undefined) {
        if (nowMs - closingAtMs >= closeGraceMs) socket.terminate();
        return;
      }
      const isSilent = incomingMs > 0 && nowMs - receivedAtMs > incomingMs + heartbeatGraceMs;
      if (isSilent && !socket.isPaused) close(closeCodes.tryAgainLater, 'No heart-beat came.');
      // A second early: the client counts from the arrival of the last one.
      else if (outgoingMs > 0 && nowMs - sentAtMs >= outgoingMs - 1_000) write(heartbeatFrame);
    },
  };
}
