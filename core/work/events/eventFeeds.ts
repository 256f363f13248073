import type { Logger } from 'pino';
import { liveChannel, type StreamName } from '../../ground/redis/redisKeys.ts';
import type { Subscriber } from '../../ground/redis/subscriber.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { type CatchUpBuffer, createCatchUpBuffer } from './catchUpBuffer.ts';
import type { EventReader } from './eventReader.ts';
import { fromMessage, type LiveEvent, toLiveEvent } from './liveEvent.ts';
import { parseLiveMessage } from './liveMessage.ts';
import { firstSeq, parseSeq, presentSeq, type Seq } from './seq.ts';

/** Where a receiver starts. */
export interface FeedStart {
  /** The last `seq` that the receiver saw; a snapshot replaces what cannot be resumed. */
  lastSeq?: string;
  /** Whether a receiver that resumes nothing wants the present state first. */
  snapshot: boolean;
  /** Only this task, in snapshots too. */
  taskId?: string;
  /** Awaited before each page of a snapshot: resolves when the receiver can take it. */
  pace?: () => Promise<void>;
}

export interface EventFeeds {
  /**
   * Delivers the events of a stream in order, beginning with what `start` asks for. Resolves when the past is
   * delivered and live events follow. @returns a function that stops it. Rejects when neither Redis nor the database
   * gave the past.
   */
  open(stream: StreamName, start: FeedStart, deliver: (event: LiveEvent) => void): Promise<() => void>;
  close(): void;
}

/**
 * Its receivers see every fact once and in order, or a snapshot that covers missed ones. The buffer is open while
 * every message arrives. It is suspended as soon as one may be lost, before any later message arrives, and opens
 * again when the events between its position and the present were read.
 */
interface Feed {
  stream: StreamName;
  receivers: Set<CatchUpBuffer>;
  buffer: CatchUpBuffer;
  /** Resolves when the channel is subscribed, as far as Redis can be reached, and the buffer's position is known. */
  ready: Promise<void>;
  unsubscribe: () => void;
}

interface Deps {
  subscriber: Subscriber;
  reader: EventReader;
  clock: Clock;
  prefix: string;
  log: Logger;
}

const resumeRetryMs = 1_000;
/** For a receiver with a `lastSeq` that is not from this server and therefore says no time. */
const unknownSeqLookbackMs = 24 * 3_600_000;
/** After Redis was away, every feed asks for the past at once. */
const resumesAtOnce = 4;

/** One feed for each stream and process, subscribed only while it has receivers. */
export function createEventFeeds(deps: Deps): EventFeeds {
  const feeds = new Map<string, Feed>();
  const closing = new AbortController();
  let resuming = Promise.resolve();
  const listening = [
    deps.subscriber.onLost(() => {
      for (const feed of feeds.values()) feed.buffer.suspend();
    }),
    deps.subscriber.onResumed(() => {
      // One after another: only one reader fills a buffer at a time.
      resuming = resuming.then(() => resumeAll(deps, feeds, closing.signal));
    }),
  ];

  function requireFeed(stream: StreamName): Feed {
    const channel = liveChannel(deps.prefix, stream);
    const known = feeds.get(channel);
    if (known) return known;
    const feed = createFeed(deps, stream, () => {
      if (feeds.get(channel) === feed) feeds.delete(channel);
    });
    feeds.set(channel, feed);
    return feed;
  }

  return {
    async open(stream, start, deliver) {
      const feed = requireFeed(stream);
      const { taskId } = start;
      const receiver = createCatchUpBuffer((event) => {
        if (taskId === undefined || event.taskId === taskId) deliver(event);
        else if (event.type === 'state_snapshot') deliver(event);
      });
      const stop = () => {
        if (feed.receivers.delete(receiver) && feed.receivers.size === 0) feed.unsubscribe();
      };
      try {
        // Held before the feed can pass an event, so that no event comes between the past and the present.
        await receiver.hold(async (deliverPast, from) => {
          feed.receivers.add(receiver);
          await feed.ready;
          return deliverStart(deps, feed, from ? resumeAt(from, start) : start, deliverPast);
        });
      } catch (error) {
        stop();
        throw error;
      }
      return stop;
    },
    close() {
      closing.abort();
      for (const stop of listening) stop();
      for (const feed of feeds.values()) feed.unsubscribe();
    },
  };
}

function createFeed(deps: Deps, stream: StreamName, onEmpty: () => void): Feed {
  const channel = liveChannel(deps.prefix, stream);
  const receivers = new Set<CatchUpBuffer>();
  const buffer = createCatchUpBuffer(
    (event) => {
      for (const receiver of receivers) {
        // One that fails must not cost the others the event.
        try {
          receiver.pass(event);
        } catch (error) {
          deps.log.error({ err: error, channel, seq: event.seq }, 'a receiver failed to take an event');
        }
      }
    },
    { ms: deps.clock.now().getTime(), n: 0 },
  );
  const feed: Feed = { stream, receivers, buffer, ready: Promise.resolve(), unsubscribe: onEmpty };
  const subscribe = async () => {
    const stop = await deps.subscriber.subscribe(channel, (text) => {
      const message = parseLiveMessage(text);
      if (message) buffer.pass(fromMessage(message, buffer.position()));
      else deps.log.warn({ channel }, 'a message of an unknown form was passed over');
    });
    feed.unsubscribe = () => {
      onEmpty();
      stop();
    };
    if (receivers.size === 0) feed.unsubscribe();
    const last = await deps.reader.findLast(stream);
    // Created while Redis is away: the first event afterwards follows no known one.
    if (!deps.subscriber.isWhole()) buffer.suspend();
    return last ?? buffer.position();
  };
  feed.ready = buffer.hold(subscribe);
  return feed;
}

const resumeAt = (from: Seq, start?: FeedStart): FeedStart => ({
  ...start,
  lastSeq: presentSeq(from),
  snapshot: true,
});

/** @returns where the past ends. */
async function deliverStart(
  deps: Deps,
  feed: Feed,
  start: FeedStart,
  deliver: (event: LiveEvent) => void,
): Promise<Seq> {
  const lastSeq = parseSeq(start.lastSeq);
  const missed = lastSeq && (await deps.reader.findAfter(feed.stream, lastSeq));
  if (missed) {
    for (const event of missed) deliver(toLiveEvent(event));
    return parseSeq(missed.at(-1)?.seq) ?? lastSeq;
  }
  if (start.lastSeq === undefined && !start.snapshot) return firstSeq;
  const oldest = { ms: deps.clock.now().getTime() - unknownSeqLookbackMs, n: 0 };
  const since = lastSeq ?? (start.lastSeq === undefined ? undefined : oldest);
  return deliverSnapshot(deps, feed, since, start, deliver);
}

async function deliverSnapshot(
  deps: Deps,
  feed: Feed,
  since: Seq | undefined,
  { taskId, pace }: FeedStart,
  deliver: (event: LiveEvent) => void,
): Promise<Seq> {
  const scope = { stream: feed.stream, since, ...(taskId === undefined ? {} : { taskId }) };
  const snapshot = await deps.reader.takeSnapshot(scope);
  for await (const page of snapshot.pages) {
    await pace?.();
    deliver(toLiveEvent(page));
  }
  return snapshot.seq;
}

/** The connection was lost: events that were published meanwhile are read from the stream, or from the database. */
async function resumeAll(deps: Deps, feeds: Map<string, Feed>, signal: AbortSignal): Promise<void> {
  const waiting = [...feeds.values()];
  const worker = async () => {
    for (let feed = waiting.pop(); feed && !signal.aborted; feed = waiting.pop()) {
      await feed.ready;
      if (feed.buffer.isSuspended()) await resumeFeed(deps, feed, signal);
    }
  };
  await Promise.all(Array.from({ length: resumesAtOnce }, worker));
}

async function resumeFeed(deps: Deps, feed: Feed, signal: AbortSignal): Promise<void> {
  while (feed.receivers.size > 0 && !signal.aborted) {
    try {
      await feed.buffer.hold((deliver, from = feed.buffer.position()) =>
        deliverStart(deps, feed, resumeAt(from), deliver),
      );
      return;
    } catch (error) {
      deps.log.warn({ err: error }, 'missed events could not be read; trying again');
      await deps.clock.sleep(resumeRetryMs, signal).catch(() => {});
    }
  }
}
