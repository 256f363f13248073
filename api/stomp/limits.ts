/** Bounds on what one connection may ask of the server. */
export interface StompLimits {
  /** Sockets of one person, or of one service key, on this process. */
  socketsPerCaller: number;
  subscriptionsPerSocket: number;
  /** A frame of any command; the body of SEND is counted apart. */
  frameBytes: number;
  sendBodyBytes: number;
  /** From the handshake to the end of CONNECT. */
  connectMs: number;
  /** Sockets of this process that have not authenticated. */
  strangers: number;
  /** Unsent bytes above which progress is held back and only the latest of a task is kept. */
  congestedBytes: number;
  /** Unsent bytes above which the connection is closed: the client resumes by `last-seq`. */
  unsentBytes: number;
}

export const defaultStompLimits: StompLimits = {
  socketsPerCaller: 16,
  subscriptionsPerSocket: 64,
  frameBytes: 64 * 1024,
  sendBodyBytes: 1024 * 1024,
  connectMs: 10_000,
  strangers: 1_000,
  congestedBytes: 64 * 1024,
  unsentBytes: 4 * 1024 * 1024,
};

/** What the server offers and wants (STOMP 1.2, heart-beating). */
export const heartbeatMs = 10_000;
/** A client that is late by less than this lives. */
export const heartbeatGraceMs = 10_000;
/** How long a client may take to answer a closing handshake. */
export const closeGraceMs = 5_000;
/** The same when the server stops, which waits for it. */
export const stopGraceMs = 2_000;
/** Frames a client may have sent ahead of their processing before the server stops reading. */
export const framesAhead = 16;
