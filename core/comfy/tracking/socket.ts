import { WebSocket } from 'ws';
import { ComfyFault } from '../comfy.ts';
import { explainFault } from '../http/explainFault.ts';
import {
  type ConnectionDeps,
  type ConnectionTarget,
  closeFully,
  type FrameHandlers,
  keepAlive,
  openConnection,
  untilClosed,
} from './connection.ts';

const firstBackoffMs = 250;
const maxBackoffMs = 5_000;
/** The code of `ws` when the other side sent no close frame (RFC 6455 §7.1.5). */
const abnormalClosure = 1006;
/** After a connection of this length the next back-off starts small again. */
const steadyAfterMs = 5_000;

interface SocketConfig extends ConnectionTarget {
  clientId: string;
  pingIntervalMs: number;
  handshakeTimeoutMs: number;
}

interface SocketHandlers extends FrameHandlers {
  /** The id for the next connection. */
  nextClientId(current: string): string;
  onOpen(): void;
  /** Before `onOpen`, for each connection but the first. */
  onReopened(): void;
  onDown(): void;
}

export interface ComfySocket {
  readonly clientId: string;
  /** Clock time when the present connection opened; undefined while there is none. */
  readonly openSinceMs: number | undefined;
  /**
   * Whether the server may have forgotten whose the present connection is, so that it answers pings and says nothing
   * else. An earlier one with the same clientId ended without a close frame, and the server may notice only now.
   */
  readonly mayBeDeaf: boolean;
  /** Rejects when the first connection fails; after that the socket keeps itself open. */
  open(): Promise<void>;
  /** Closes the present connection; another one follows. */
  reopen(reason: string): void;
  close(): Promise<void>;
}

interface SocketState {
  readonly deps: ConnectionDeps;
  readonly config: SocketConfig;
  readonly handlers: SocketHandlers;
  clientId: string;
  openSinceMs: number | undefined;
  mayBeDeaf: boolean;
  /** Why the last attempt to reopen it failed, as it was logged. */
  toldFailure: string | undefined;
  ws: WebSocket | undefined;
  stopping: AbortController;
  opening: Promise<void> | undefined;
  loop: Promise<void> | undefined;
}

/**
 * The one socket to a server, as one loop, so that two can never be open: `idle` → (`open`) → `connecting` → `up` →
 * `down` → back-off → `connecting` → …; `close` leads to `idle` from everywhere. A connection counts as down only
 * when its closing is complete on our side, because ComfyUI unregisters a clientId when *any* socket that ever had it
 * closes: a successor opened too early would stay open and deaf. The same can still happen when our half closed and
 * the server does not know it. `mayBeDeaf` says so, and only then do polls call `reopen` because of silence. A
 * connection that ended with both close frames, or was the first of its id, is known to the server as long as it
 * answers pings: a step of silent minutes is no fault of it.
 */
export function createComfySocket(
  deps: ConnectionDeps,
  config: SocketConfig,
  handlers: SocketHandlers,
): ComfySocket {
  const state: SocketState = {
    deps,
    config,
    handlers,
    clientId: config.clientId,
    openSinceMs: undefined,
    mayBeDeaf: false,
    toldFailure: undefined,
    ws: undefined,
    stopping: new AbortController(),
    opening: undefined,
    loop: undefined,
  };
  return {
    get clientId() {
      return state.clientId;
    },
    get openSinceMs() {
      return state.openSinceMs;
    },
    get mayBeDeaf() {
      return state.mayBeDeaf;
    },
    open() {
      state.opening ??= openFirst(state).catch((error: unknown) => {
        state.opening = undefined;
        throw error;
      });
      return state.opening;
    },
    reopen(reason) {
      if (state.ws?.readyState !== WebSocket.OPEN) return;
      deps.logger.warn({ reason }, 'reopening the socket of a backend');
      void closeFully(deps, state.ws);
    },
    async close() {
      state.stopping.abort(new DOMException('the client was closed', 'AbortError'));
      await state.opening?.catch(() => undefined); // The caller of `open` gets the error.
      await state.loop;
      state.opening = undefined;
      state.loop = undefined;
      state.stopping = new AbortController();
    },
  };
}

async function openFirst(state: SocketState) {
  const { signal } = state.stopping;
  const first = await connect(state, signal);
  state.loop = keepOpen(state, first, signal).catch((error: unknown) => {
    if (!signal.aborted) state.deps.logger.error({ err: error }, 'the socket of a backend was given up');
  });
}

async function connect(state: SocketState, signal: AbortSignal): Promise<WebSocket> {
  const { deps, config, clientId, handlers } = state;
  const { handshakeTimeoutMs: timeoutMs } = config;
  try {
    return await openConnection(deps, { ...config, clientId, timeoutMs, signal }, handlers);
  } catch (error) {
    // A connection that came too late for us may have been accepted all the same.
    state.mayBeDeaf = true;
    throw error;
  }
}

/** Events under another id do not count for a new one. */
function takeClientId(state: SocketState) {
  const next = state.handlers.nextClientId(state.clientId);
  if (next !== state.clientId) state.mayBeDeaf = false;
  state.clientId = next;
}

async function keepOpen(state: SocketState, first: WebSocket, signal: AbortSignal) {
  const { clock } = state.deps;
  let ws: WebSocket | undefined = first;
  let backoffMs = firstBackoffMs;
  for (;;) {
    if (ws) {
      const openedAtMs = clock.monotonicMs();
      await serve(state, ws, signal);
      if (clock.monotonicMs() - openedAtMs >= steadyAfterMs) backoffMs = firstBackoffMs;
    }
    await clock.sleep(backoffMs * (0.5 + Math.random() / 2), signal);
    backoffMs = Math.min(maxBackoffMs, backoffMs * 2);
    takeClientId(state);
    ws = await connect(state, signal).catch((error: unknown) => tellFailure(state, signal, error));
    if (ws) state.handlers.onReopened();
  }
}

/** Once for each reason: the next attempt follows within seconds. */
function tellFailure(state: SocketState, signal: AbortSignal, error: unknown): undefined {
  if (signal.aborted) return;
  const { base } = state.config;
  const reason = error instanceof ComfyFault ? explainFault(error, base) : String(error);
  if (reason !== state.toldFailure)
    state.deps.logger.warn(
      { reason },
      'the socket of a backend cannot be opened again: progress is not heard',
    );
  state.toldFailure = reason;
}

/** Resolves when the connection is down for good. */
async function serve(state: SocketState, ws: WebSocket, signal: AbortSignal) {
  const { deps, config, handlers } = state;
  const ended = new AbortController();
  const closed = untilClosed(ws);
  ws.once('close', (code) => {
    if (code === abnormalClosure) state.mayBeDeaf = true;
  });
  const onAbort = () => void closeFully(deps, ws);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  state.toldFailure = undefined;
  state.ws = ws;
  state.openSinceMs = deps.clock.monotonicMs();
  handlers.onOpen();
  const pinging = keepAlive(deps, ws, config.pingIntervalMs, ended.signal).catch((error: unknown) => {
    if (!ended.signal.aborted) deps.logger.error({ err: error }, 'a backend is not pinged any more');
  });
  await closed;
  signal.removeEventListener('abort', onAbort);
  ended.abort();
  await pinging;
  state.ws = undefined;
  state.openSinceMs = undefined;
  handlers.onDown();
}
