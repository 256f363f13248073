import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { ComfyFault } from './comfy.ts';
import { splitUrl } from './http.ts';
import { createTimeLimit } from './timeLimit.ts';

/** Final images of SaveImageWebsocket come this way too; anything larger is nobody's message. */
const maxFrameBytes = 64 * 1024 * 1024;
const closingLimitMs = 2_000;
const firstBackoffMs = 250;
const maxBackoffMs = 5_000;
/** A connection that held so long was a good one: the next back-off starts small again. */
const steadyAfterMs = 5_000;

export interface SocketHandlers {
  /** The id for the next connection. */
  nextClientId(current: string): string;
  onText(text: string): void;
  onBinary(bytes: Uint8Array): void;
  /** Any sign of the server: a frame or a pong. */
  onContact(): void;
  onOpen(): void;
  onDown(): void;
}

export interface ComfySocket {
  readonly clientId: string;
  /** Clock time at which the present connection opened; undefined while there is none. */
  readonly openSinceMs: number | undefined;
  /** Rejects when the first connection fails; once it has succeeded, the socket keeps itself open. */
  open(): Promise<void>;
  /** Closes the present connection and opens another. */
  reopen(reason: string): void;
  close(): Promise<void>;
}

/**
 * The one socket to a server, as one loop, so that two can never be open: `idle` → (`open`) → `connecting` → `up` →
 * `down` → back-off → `connecting` → …; `close` leads to `idle` from everywhere. A connection counts as down only when
 * its closing is complete on our side, because ComfyUI unregisters a clientId when *any* socket that ever had
 * it closes: a successor opened too early would stay open and deaf. Where our half closed without the server
 * hearing of it the same can still happen; the follower notices the silence and calls `reopen`.
 */
export function createComfySocket(
  deps: { clock: Clock; logger: Logger },
  config: { url: string; clientId: string; pingIntervalMs: number; handshakeTimeoutMs: number },
  handlers: SocketHandlers,
): ComfySocket {
  const { clock, logger } = deps;
  const { base, headers } = splitUrl(config.url);
  let clientId = config.clientId;
  let openSinceMs: number | undefined;
  let current: WebSocket | undefined;
  let stopping: AbortController | undefined;
  let opening: Promise<void> | undefined;
  let loop: Promise<void> | undefined;

  async function connect(signal: AbortSignal): Promise<WebSocket> {
    signal.throwIfAborted();
    const address = `${base.replace(/^http/, 'ws')}/ws?clientId=${encodeURIComponent(clientId)}`;
    // The `ws` client sends no Origin header, which ComfyUI would compare with Host.
    const ws = new WebSocket(address, { headers, perMessageDeflate: false, maxPayload: maxFrameBytes });
    current = ws;
    attach(ws);
    using limit = createTimeLimit(deps, {
      what: 'the socket',
      timeoutMs: config.handshakeTimeoutMs,
      outer: signal,
    });
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (cause?: unknown) => {
          ws.terminate();
          reject(
            limit.signal.aborted
              ? limit.signal.reason
              : new ComfyFault('unreachable', 'the socket', { cause }),
          );
        };
        limit.signal.addEventListener('abort', () => fail(), { once: true });
        ws.once('open', resolve).once('error', fail).once('close', fail);
      });
    } catch (error) {
      await untilClosed(ws);
      throw error;
    }
    return ws;
  }

  /** Listeners are there before the first frame can arrive, and read without ever waiting for anybody. */
  function attach(ws: WebSocket) {
    ws.on('error', (error) => logger.debug({ err: error }, 'the socket of a backend failed'));
    ws.on('open', () => {
      // Only as the very first frame do the flags count, on every connection.
      ws.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
    });
    ws.on('pong', handlers.onContact);
    ws.on('message', (data, isBinary) => {
      handlers.onContact();
      const bytes = Array.isArray(data)
        ? Buffer.concat(data)
        : Buffer.isBuffer(data)
          ? data
          : Buffer.from(data);
      if (isBinary) handlers.onBinary(bytes);
      else handlers.onText(bytes.toString('utf8'));
    });
  }

  async function keepAlive(ws: WebSocket, signal: AbortSignal) {
    let misses = 0;
    let isAwaited = false;
    ws.on('pong', () => {
      isAwaited = false;
      misses = 0;
    });
    while (ws.readyState === WebSocket.OPEN) {
      await clock.sleep(config.pingIntervalMs, signal);
      if (isAwaited) misses += 1;
      if (misses >= 2) {
        logger.warn('a backend left two pings unanswered');
        ws.terminate();
        return;
      }
      isAwaited = true;
      if (ws.readyState === WebSocket.OPEN) ws.ping();
    }
  }

  /** Resolves when the connection is closed for good. */
  async function serve(ws: WebSocket) {
    const ended = new AbortController();
    const closed = untilClosed(ws);
    openSinceMs = clock.monotonicMs();
    handlers.onOpen();
    keepAlive(ws, ended.signal).catch((error: unknown) => {
      if (!ended.signal.aborted) logger.error({ err: error }, 'the pinging of a backend ended');
    });
    await closed;
    ended.abort();
    openSinceMs = undefined;
    handlers.onDown();
  }

  async function keepOpen(first: WebSocket, signal: AbortSignal) {
    let ws: WebSocket | undefined = first;
    let backoffMs = firstBackoffMs;
    while (!signal.aborted) {
      if (ws) {
        const openedAtMs = clock.monotonicMs();
        await serve(ws);
        if (clock.monotonicMs() - openedAtMs >= steadyAfterMs) backoffMs = firstBackoffMs;
      }
      await clock.sleep(backoffMs * (0.5 + Math.random() / 2), signal);
      backoffMs = Math.min(maxBackoffMs, backoffMs * 2);
      clientId = handlers.nextClientId(clientId);
      // A failed attempt was logged by the listener; the next one follows.
      ws = await connect(signal).catch(() => undefined);
    }
  }

  async function openFirst() {
    const controller = new AbortController();
    stopping = controller;
    const first = await connect(controller.signal);
    loop = keepOpen(first, controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) logger.error({ err: error }, 'the socket loop of a backend ended');
    });
  }

  return {
    get clientId() {
      return clientId;
    },
    get openSinceMs() {
      return openSinceMs;
    },
    open() {
      opening ??= openFirst().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    reopen(reason) {
      if (openSinceMs === undefined || current?.readyState !== WebSocket.OPEN) return;
      logger.warn({ reason }, 'reopening the socket of a backend');
      void closeFully(deps, current);
    },
    async close() {
      stopping?.abort(new DOMException('the client was closed', 'AbortError'));
      if (current && current.readyState !== WebSocket.CLOSED) await closeFully(deps, current);
      await loop;
      stopping = undefined;
      opening = undefined;
      loop = undefined;
    },
  };
}

function untilClosed(ws: WebSocket): Promise<void> {
  if (ws.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => ws.once('close', () => resolve()));
}

/** Says goodbye, so that the server unregisters this socket before another comes; a deaf one is cut off. */
async function closeFully(deps: { clock: Clock }, ws: WebSocket): Promise<void> {
  const closed = untilClosed(ws);
  if (ws.readyState === WebSocket.CONNECTING) ws.terminate();
  else ws.close(1000);
  using limit = createTimeLimit(deps, { what: 'closing', timeoutMs: closingLimitMs });
  limit.signal.addEventListener('abort', () => ws.terminate(), { once: true });
  await closed;
}
