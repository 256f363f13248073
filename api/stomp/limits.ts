/** Bounds on what one connection may ask of the server. */
export interface StompLimits {
  /** Sockets of one person, or of one service key, on this process. */
  socketsPerCaller: number;
  subscriptionsPerSocket: number;
  /** A frame of any command; the body of SEND is counted apart. */
  frameBytes: number;
  sendBodyBytes: number;
  /** The longest time from the handshake to the end of CONNECT. */
  connectMs: number;
  /** Sockets of this process that have not authenticated. */
  unauthenticated: number;
  /** The same for one address, or one IPv6 network, so that one client cannot keep all others out. */
  unauthenticatedPerAddress: number;
  /** How much an unauthenticated one may send. */
  unauthenticatedBytes: number;
  /** Received bytes waiting for their turn above which a connection is not read from for a while. */
  aheadBytes: number;
  /**
   * How much all connections of a person or a service key may keep waiting, in and out: the next one that needs more
   * ends.
   */
  personBytes: number;
  /** How many frames of progress are held back; the oldest goes. */
  latestBytes: number;
  /** Unsent bytes above which progress is held back, with only the latest of each task. */
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
  unauthenticated: 1_000,
  unauthenticatedPerAddress: 100,
  unauthenticatedBytes: 256 * 1024,
  aheadBytes: 256 * 1024,
  personBytes: 16 * 1024 * 1024,
  latestBytes: 1024 * 1024,
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
/** How long a client may read nothing while bytes wait: it resumes by `last-seq` when it is back. */
export const stalledMs = 30_000;
/** Frames a client may have sent ahead of their processing before the server stops reading. */
export const framesAhead = 16;
