import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { type CloseCode, closeCodes } from './closeCodes.ts';
import { closeGraceMs, heartbeatGraceMs, heartbeatMs, type StompLimits, stalledMs } from './limits.ts';
import { heartbeatFrame } from './serverFrames.ts';

/** The sending side of a socket, and its heart-beats. */
export interface Connection {
  send(frame: Buffer): void;
  /** Bytes that wait for the client to read. */
  heldBytes(): number;
  /** Progress: a client that reads too slowly gets only the last frame of a task, when it has caught up. */
  sendLatest(subscriptionId: string, taskId: string, frame: Buffer): void;
  /** Resolves when the client has taken most of what was sent, or the connection ends. */
  drained(): Promise<void>;
  /** Heart-beats that the two sides agreed on; 0 for none. */
  agreeHeartbeats(wanted: { outgoingMs: number; incomingMs: number }): void;
  /** The client sent something. */
  noteReceived(): void;
  /** Ends the connection, with a last frame if there is one. */
  close(code: CloseCode, reason: string, lastFrame?: Buffer): void;
  /** Called every second: sends heart-beats and held-back frames, and ends connections that are dead or too slow. */
  tick(nowMs: number): void;
}

/** Frames of one turn of the event loop leave in one write: a system call is the most expensive part of a frame. */
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

/** Callers that wait until the client has taken most of what was sent. */
function createDrain(isBlocked: () => boolean): { wait(): Promise<void>; check(): void } {
  let waiting: (() => void)[] = [];
  return {
    wait: () => (isBlocked() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    check() {
      if (waiting.length === 0 || isBlocked()) return;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}

/** @param wire what the socket writes to. */
export function createConnection(
  deps: {
    clock: { monotonicMs(): number };
    /** Whether its owner's connections may keep more bytes waiting. */
    hasRoom: () => boolean;
  },
  socket: WebSocket,
  wire: Pick<Writable, 'cork' | 'uncork'>,
  limits: Pick<StompLimits, 'congestedBytes' | 'unsentBytes' | 'latestBytes'>,
): Connection {
  const latest = createLatest(limits.latestBytes);
  let outgoingMs = 0;
  let incomingMs = 0;
  let sentAtMs = deps.clock.monotonicMs();
  let receivedAtMs = sentAtMs;
  /** When the client last took a whole write, or the first bytes began to wait. */
  let takenAtMs = sentAtMs;
  let closingAtMs: number | undefined;

  const isCongested = () => socket.bufferedAmount > limits.congestedBytes;
  const drain = createDrain(() => isCongested() && socket.readyState === socket.OPEN);

  const gather = createGathering(wire);

  const write = (frame: Buffer): void => {
    if (socket.readyState !== socket.OPEN) return;
    sentAtMs = deps.clock.monotonicMs();
    if (socket.bufferedAmount === 0) takenAtMs = sentAtMs;
    gather();
    socket.send(frame, { binary: false }, afterWrite);
  };

  /** Also called with the error of a connection that ended: then no caller waits any longer. */
  const afterWrite = (): void => {
    takenAtMs = deps.clock.monotonicMs();
    if (latest.size > 0) flushLatest();
    drain.check();
  };
  socket.on('close', afterWrite);

  const close: Connection['close'] = (code, reason, lastFrame) => {
    if (closingAtMs !== undefined) return;
    if (lastFrame) write(lastFrame);
    closingAtMs = deps.clock.monotonicMs();
    latest.clear();
    socket.close(code, reason);
  };

  const flushLatest = (): void => {
    while (latest.size > 0 && !isCongested()) {
      const frame = latest.take();
      if (frame) write(frame);
    }
  };
  const tooSlow = () => close(closeCodes.tryAgainLater, 'The client reads too slowly; resume by last-seq.');

  return {
    send(frame) {
      if (closingAtMs !== undefined) return;
      if (socket.bufferedAmount > limits.unsentBytes || (isCongested() && !deps.hasRoom())) tooSlow();
      else write(frame);
    },
    heldBytes: () => socket.bufferedAmount + latest.bytes,
    sendLatest(subscriptionId, taskId, frame) {
      if (closingAtMs !== undefined) return;
      // Waiting frames go first; usually there are none.
      if (latest.size > 0 || isCongested()) latest.put(`${subscriptionId} ${taskId}`, frame);
      else write(frame);
    },
    drained: drain.wait,
    agreeHeartbeats(wanted) {
      outgoingMs = wanted.outgoingMs === 0 ? 0 : Math.max(heartbeatMs, wanted.outgoingMs);
      incomingMs = wanted.incomingMs === 0 ? 0 : Math.max(heartbeatMs, wanted.incomingMs);
    },
    noteReceived() {
      receivedAtMs = deps.clock.monotonicMs();
    },
    close,
    tick(nowMs) {
      if (closingAtMs !== undefined) {
        if (nowMs - closingAtMs >= closeGraceMs) socket.terminate();
        return;
      }
      const isSilent = incomingMs > 0 && nowMs - receivedAtMs > incomingMs + heartbeatGraceMs;
      // Even without heart-beats: a snapshot may be waiting, and events gather behind it.
      if (socket.bufferedAmount > 0 && nowMs - takenAtMs >= stalledMs) tooSlow();
      else if (isSilent && !socket.isPaused) close(closeCodes.tryAgainLater, 'No heart-beat came.');
      // A second early: the client counts from the arrival of the last one.
      else if (outgoingMs > 0 && nowMs - sentAtMs >= outgoingMs - 1_000) write(heartbeatFrame);
    },
  };
}

/** The last frame under each name, up to a bound; the oldest goes first. */
interface Latest {
  readonly size: number;
  readonly bytes: number;
  put(name: string, frame: Buffer): void;
  take(): Buffer | undefined;
  clear(): void;
}

function createLatest(mostBytes: number): Latest {
  const frames = new Map<string, Buffer>();
  let bytes = 0;

  function take(): Buffer | undefined {
    const [first] = frames;
    if (!first) return undefined;
    const [name, frame] = first;
    frames.delete(name);
    bytes -= frame.length;
    return frame;
  }

  return {
    get size() {
      return frames.size;
    },
    get bytes() {
      return bytes;
    },
    put(name, frame) {
      bytes += frame.length - (frames.get(name)?.length ?? 0);
      frames.set(name, frame);
      while (bytes > mostBytes && frames.size > 1) take();
    },
    take,
    clear() {
      frames.clear();
      bytes = 0;
    },
  };
}
