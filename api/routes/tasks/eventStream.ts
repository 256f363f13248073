import { Readable } from 'node:stream';
import type { ApiContext } from '../../apiContext.ts';

export interface ServerSentEvent {
  /** The client sends it back as Last-Event-ID to resume after this event; absent: the previous id stays. */
  id?: string;
  /** Absent: the event has no name, as those of some protocols. */
  type?: string;
  /** One line. */
  data: string;
}

export interface EventStream {
  /** The body of the response. */
  readonly body: Readable;
  /** Does nothing after the stream's end. */
  send(event: ServerSentEvent): void;
  /** Like `send`, but only if the client keeps up. */
  sendIfIdle(event: ServerSentEvent): void;
  keepAlive(): void;
  end(): void;
}

/** The client's delay before it reconnects. */
const retryMs = 1_000;
/** For events of some kilobytes: the client resumes by Last-Event-ID. */
const unsentLimitBytes = 1024 * 1024;

interface EventStreamOptions {
  /** Unsent bytes above which the connection is cut. */
  limitBytes?: number;
  /**
   * An event of another program's protocol that changes nothing for its clients, of which some read no comments.
   * Without it the stream is our own: a client that lost it may come back with its last event.
   */
  signOfLife?: () => ServerSentEvent;
}

/**
 * The body of an answer of type `text/event-stream` (WHATWG HTML, server-sent events). A blank line follows events
 * alone: Python's httpx-sse and `openai` make an event without data of any other block.
 */
export function createEventStream(options: EventStreamOptions = {}): EventStream {
  const { limitBytes = unsentLimitBytes, signOfLife } = options;
  let hasEnded = false;
  const body = new Readable({ read() {}, highWaterMark: 64 * 1024 });
  if (!signOfLife) body.push(`retry: ${retryMs}\n`);

  const push = (text: string): void => {
    if (hasEnded || body.destroyed) return;
    body.push(text);
    if (body.readableLength > limitBytes) body.destroy();
  };
  const send = ({ id, type, data }: ServerSentEvent): void =>
    push(`${lineOf('id', id)}${lineOf('event', type)}data: ${data}\n\n`);

  return {
    body,
    send,
    sendIfIdle(event) {
      if (body.readableLength < body.readableHighWaterMark) send(event);
    },
    keepAlive: () => (signOfLife ? send(signOfLife()) : push(': keep-alive\n')),
    end() {
      if (hasEnded || body.destroyed) return;
      hasEnded = true;
      body.push(null);
    },
  };
}

/** Answers with the stream. Its head goes out when its body begins, and waits for no event. */
export function answerEvents(ctx: ApiContext, { body }: EventStream): void {
  ctx.status = 200;
  ctx.type = 'text/event-stream';
  ctx.set({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  ctx.body = body;
  ctx.res.once('pipe', () => ctx.res.flushHeaders());
}

const lineOf = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name}: ${value}\n`;
