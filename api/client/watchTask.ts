import type { EventView } from '@star-graph/contract/events';
import { isTerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import { createParser } from 'eventsource-parser';
import { ClientProblem, Unreachable } from './clientProblem.ts';
import { operations } from './operations.generated.ts';
import { type RequestDeps, sendRequest, sleep } from './request.ts';

export interface WatchOptions {
  signal?: AbortSignal;
  /** The `seq` of the last event seen, to resume from. */
  lastSeq?: string;
}

const connectTimeoutMs = 15_000;
/** The server says something at least every 15 seconds; three silences are a dead connection. */
const silenceLimitMs = 45_000;
const longestBackOffMs = 30_000;

/**
 * The task's state, then its events, until it ends; then the iteration ends too. A lost connection is opened again
 * where it broke off, without a time limit: `signal` is the way out.
 * @throws ClientProblem when the server refuses (no such task, signed out), or the signal's reason.
 */
export async function* watchTask(
  deps: RequestDeps,
  taskId: string,
  options: WatchOptions = {},
): AsyncGenerator<EventView> {
  let { lastSeq } = options;
  for (let failures = 0; ; failures++) {
    try {
      for await (const event of readEvents(deps, taskId, lastSeq, options.signal)) {
        failures = 0;
        lastSeq = event.seq;
        yield event;
        if (isEnd(event)) return;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ClientProblem ? !isPassing(error) : !(error instanceof Unreachable)) throw error;
    }
    await sleep(Math.min(longestBackOffMs, 250 * 2 ** failures) * (0.5 + Math.random()), options.signal);
  }
}

const isPassing = (error: ClientProblem): boolean =>
  error.problem.status === 429 || error.problem.status >= 500;

const isEnd = (event: EventView): boolean =>
  isTerminalEventType(event.type) ||
  (event.type === 'state_snapshot' && event.data.tasks.some((task) => isTerminal(task.status)));

/** One connection. Ends when the server ends it; throws Unreachable when it breaks or falls silent. */
async function* readEvents(
  deps: RequestDeps,
  taskId: string,
  lastSeq: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<EventView> {
  const connection = new AbortController();
  const abort = () => connection.abort();
  signal?.addEventListener('abort', abort, { once: true });
  let silence = setTimeout(abort, connectTimeoutMs);
  try {
    const response = await sendRequest(
      deps,
      {
        method: 'GET',
        path: operations.followTask.path.replace('{id}', encodeURIComponent(taskId)),
        headers: {
          Accept: 'text/event-stream',
          ...(lastSeq === undefined ? {} : { 'Last-Event-ID': lastSeq }),
        },
        isRepeatable: false,
      },
      // The time-out of a request would also end the events.
      { signal: connection.signal, timeoutMs: longestConnectionMs },
    );
    const waiting: EventView[] = [];
    const parser = createParser({ onEvent: ({ data }) => waiting.push(JSON.parse(data) as EventView) });
    const decoder = new TextDecoder();
    for await (const chunk of chunksOf(response)) {
      clearTimeout(silence);
      silence = setTimeout(abort, silenceLimitMs);
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* waiting.splice(0);
    }
  } catch (error) {
    if (error instanceof ClientProblem || error instanceof SyntaxError) throw error;
    throw new Unreachable('The connection was lost.', { cause: error });
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', abort);
    abort();
  }
}

/** A day: servers, proxies and tokens end a connection long before. */
const longestConnectionMs = 24 * 3_600_000;

/** Not every browser iterates over a body. */
async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}
