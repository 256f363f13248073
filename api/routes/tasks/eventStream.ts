import { Readable } from 'node:stream';

interface ServerSentEvent {
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
  /** Whether a client that lost it may come back with its last event. */
  isResumable?: boolean;
  /** For Google's package, which passes over the event behind a comment where no blank line is between them. */
  separatesComments?: boolean;
}

/**
 * The body of an answer of type `text/event-stream` (WHATWG HTML, server-sent events). A blank line follows events
 * alone: Python's httpx-sse and `openai` make an event without data of any other block.
 */
export function createEventStream(options: EventStreamOptions = {}): EventStream {
  const { limitBytes = unsentLimitBytes, isResumable = true, separatesComments = false } = options;
  const comment = (text: string) => `: ${text}\n${separatesComments ? '\n' : ''}`;
  let hasEnded = false;
  const body = new Readable({ read() {}, highWaterMark: 64 * 1024 });
  // The first bytes carry the head of the answer to the client before there is an event.
  body.push(isResumable ? `retry: ${retryMs}\n` : comment('the answer begins'));

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
    keepAlive: () => push(comment('keep-alive')),
    end() {
      if (hasEnded || body.destroyed) return;
      hasEnded = true;
      body.push(null);
    },
  };
}

const lineOf = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name}: ${value}\n`;
