import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { isJsonObject, parseJson, stringifyJson } from './json.ts';
import { type Connection, createOutbox } from './outbox.ts';

export interface SocketHub {
  /** Serves one new socket over its stream. Without a clientId the hub makes one and tells it in the first message. */
  accept(socket: WebSocket, stream: Duplex, clientId: string | null): void;
  /** Queues `{type, data}` for the socket registered under the id, or for every registered socket. */
  send(type: string, data: unknown, to: ClientId | null): void;
  sendBinary(frame: Buffer, to: ClientId | null): void;
  /** Whether a message to this id (null: to all) has a receiver; saves building large messages in vain. */
  hasReceiver(to: ClientId | null): boolean;
  supportsPreviewMetadata(to: ClientId | null): boolean;
  /** Drops every connection without a close frame, as a dying server does. */
  terminateAll(): void;
  /** While stalled, messages pile up unsent, as behind a client that stops reading. */
  setStalled(stalled: boolean): void;
  readonly socketCount: number;
}

/** The client_id of a prompt, of any type: it matches only the string that a socket registered under. */
type ClientId = unknown;

interface HubDeps {
  queueRemaining: () => number;
  features: () => object;
  /** The node of the running prompt, shown to its client when it reconnects; null when nothing runs. */
  runningNode: (clientId: string) => string | null;
  /** Called when a message is addressed to an object, which no table of sockets can be searched for. */
  onUnhashableId: () => void;
}

/** A real server sends nothing more, and takes longer than this to come down. */
const unhashableDelayMs = 100;

/**
 * Mirrors the socket handling of ComfyUI's server.py, its two traps included: a second socket with the same
 * clientId takes the registration over, and whichever of the two closes first removes it for both; and all
 * messages leave through one loop that waits for a full socket, so one client that stops reading stalls all.
 */
export function createSocketHub(deps: HubDeps): SocketHub {
  const registered = new Map<string, Connection>();
  const open = new Set<WebSocket>();
  const flags = new Map<string, { [flag: string]: unknown }>();
  const outbox = createOutbox();

  const receiversOf = (to: ClientId | null): Connection[] => {
    if (to === null || to === undefined) return [...registered.values()];
    if (typeof to === 'object') {
      outbox.setStalled(true);
      setTimeout(deps.onUnhashableId, unhashableDelayMs).unref();
    }
    const connection = typeof to === 'string' ? registered.get(to) : undefined;
    return connection ? [connection] : [];
  };

  return {
    accept(socket, stream, requestedId) {
      const sid = requestedId || randomUUID().replaceAll('-', '');
      registered.set(sid, { socket, stream });
      flags.set(sid, {});
      open.add(socket);
      const direct = (type: string, data: unknown): void => socket.send(stringifyJson({ type, data }));
      direct('status', { status: { exec_info: { queue_remaining: deps.queueRemaining() } }, sid });
      const node = deps.runningNode(sid);
      if (node !== null) direct('executing', { node });
      onFirstFlags(socket, (given) => {
        flags.set(sid, given);
        direct('feature_flags', deps.features());
      });
      // A protocol error ends the socket; `close` follows and does the rest.
      socket.on('error', () => socket.terminate());
      socket.on('close', () => {
        open.delete(socket);
        registered.delete(sid);
        flags.delete(sid);
      });
    },
    send(type, data, to) {
      if (receiversOf(to).length > 0) outbox.push(stringifyJson({ type, data }), () => receiversOf(to));
    },
    sendBinary: (frame, to) => outbox.push(frame, () => receiversOf(to)),
    hasReceiver: (to) => receiversOf(to).length > 0,
    supportsPreviewMetadata: (to) =>
      typeof to === 'string' && flags.get(to)?.supports_preview_metadata === true,
    terminateAll() {
      for (const socket of open) socket.terminate();
    },
    setStalled: outbox.setStalled,
    get socketCount() {
      return open.size;
    },
  };
}

/** Feature flags count only in the first text frame; later ones are ignored without a word. */
function onFirstFlags(socket: WebSocket, take: (flags: { [flag: string]: unknown }) => void): void {
  let isFirst = true;
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const message = parseMessage(String(data));
    if (message === null) return;
    if (isFirst && message.type === 'feature_flags') take(isJsonObject(message.data) ? message.data : {});
    isFirst = false;
  });
}

function parseMessage(text: string): { [key: string]: unknown } | null {
  try {
    const message = parseJson(text);
    return isJsonObject(message) ? message : null;
  } catch {
    // ComfyUI logs a frame that is not JSON and goes on.
    return null;
  }
}
