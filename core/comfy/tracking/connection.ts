import type { Logger } from 'pino';
import { type RawData, WebSocket } from 'ws';
import type { Clock } from '../../ground/runtime/clock.ts';
import { ComfyFault } from '../comfy.ts';
import type { ReadAccess } from '../http/access.ts';
import type { BackendNetwork } from '../http/network.ts';
import { createTimeLimit } from '../http/timeLimit.ts';

/** Final images of SaveImageWebsocket come this way too; nothing larger is a valid message. */
const maxFrameBytes = 64 * 1024 * 1024;
const closingLimitMs = 2_000;

export interface FrameHandlers {
  onText(text: string): void;
  onBinary(bytes: Uint8Array): void;
  /** Any sign of life: a frame or a pong. */
  onContact(): void;
}

export interface ConnectionDeps {
  clock: Clock;
  logger: Logger;
}

export interface ConnectionTarget {
  /** Without user and password, and without a slash at its end. */
  base: string;
  readAccess: ReadAccess;
  network: BackendNetwork;
}

/**
 * Opens one connection under a clientId. Rejects with a `ComfyFault` or the signal's reason, and then no trace of the
 * attempt is left on our side.
 */
export async function openConnection(
  deps: ConnectionDeps,
  options: ConnectionTarget & { clientId: string; timeoutMs: number; signal: AbortSignal },
  handlers: FrameHandlers,
): Promise<WebSocket> {
  const { base, network } = options;
  const address = new URL(
    `${base.replace(/^http/, 'ws')}/ws?clientId=${encodeURIComponent(options.clientId)}`,
  );
  const { kind: sent, headers } = await askAccess(options);
  options.signal.throwIfAborted();
  // The `ws` client sends no Origin header, which ComfyUI would compare with Host, and follows no redirect.
  const ws = new WebSocket(address, {
    headers,
    agent: network.agentFor(address),
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
  });
  attach(deps, ws, handlers);
  const { timeoutMs, signal: outer } = options;
  using limit = createTimeLimit(deps, { what: 'the socket', timeoutMs, outer });
  const opened = Promise.withResolvers<void>();
  const fail = (cause?: unknown) => opened.reject(new ComfyFault('unreachable', 'the socket', { cause }));
  limit.signal.addEventListener('abort', () => opened.reject(limit.signal.reason), { once: true });
  ws.once('open', () => opened.resolve()).once('error', fail);
  ws.once('close', () => fail());
  ws.once('unexpected-response', (_request, { statusCode: status = 0, headers: answer }) => {
    const refused = { status, challenge: answer['www-authenticate'], location: answer.location, sent };
    opened.reject(new ComfyFault('refused', `the WebSocket /ws: HTTP ${status}`, refused));
  });
  try {
    await opened.promise;
    return ws;
  } catch (error) {
    ws.terminate();
    await untilClosed(ws);
    throw error;
  }
}

async function askAccess({ base, network, readAccess }: ConnectionTarget) {
  try {
    network.check(new URL(base));
    return await readAccess();
  } catch (cause) {
    if (cause instanceof ComfyFault) throw cause;
    throw new ComfyFault('unreachable', 'the socket', { cause });
  }
}

/** Listeners are there before the first frame can arrive, and read without waiting. */
function attach({ logger }: ConnectionDeps, ws: WebSocket, handlers: FrameHandlers) {
  ws.on('error', (error) => logger.debug({ err: error }, 'the socket of a backend failed'));
  ws.on('open', () => {
    // The flags count only as the very first frame, and must be sent on every connection.
    ws.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
  });
  ws.on('pong', () => handlers.onContact());
  ws.on('message', (data, isBinary) => {
    handlers.onContact();
    const bytes = toBuffer(data);
    if (isBinary) handlers.onBinary(bytes);
    else handlers.onText(bytes.toString('utf8'));
  });
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/**
 * Pings, since ComfyUI sends none of its own, and cuts the connection off at the second ping left unanswered. Ends with
 * the connection, or rejects when the signal aborts.
 */
export async function keepAlive(
  { clock, logger }: ConnectionDeps,
  ws: WebSocket,
  pingIntervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  let misses = 0;
  let isAwaited = false;
  ws.on('pong', () => {
    isAwaited = false;
    misses = 0;
  });
  for (;;) {
    await clock.sleep(pingIntervalMs, signal);
    if (ws.readyState !== WebSocket.OPEN) return;
    if (isAwaited) misses += 1;
    if (misses >= 2) {
      logger.warn('a backend left two pings unanswered');
      ws.terminate();
      return;
    }
    isAwaited = true;
    ws.ping();
  }
}

/** Resolves when nothing of the connection is left on our side. */
export function untilClosed(ws: WebSocket): Promise<void> {
  if (ws.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => ws.once('close', () => resolve()));
}

/** Closes with a close frame, so that the server unregisters this socket before another comes. A deaf one is cut off. */
export async function closeFully(deps: { clock: Clock }, ws: WebSocket): Promise<void> {
  const closed = untilClosed(ws);
  if (ws.readyState === WebSocket.CONNECTING) ws.terminate();
  else ws.close(1000);
  using limit = createTimeLimit(deps, { what: 'closing', timeoutMs: closingLimitMs });
  limit.signal.addEventListener('abort', () => ws.terminate(), { once: true });
  await closed;
}
