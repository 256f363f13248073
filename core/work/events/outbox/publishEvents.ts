import { randomBytes } from 'node:crypto';
import type { EventRow } from '../../../ground/db/models/outboxEvent.ts';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import { linksKey, liveChannel, relayLeaseKey, streamKey, toldKey } from '../../../ground/redis/redisKeys.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { presentUnnumbered } from '../liveMessage.ts';
import { publishedEvents, publishLag } from '../metrics.ts';
import { streamsOf } from '../progressBus.ts';
import { publishScript } from './publishScript.ts';
import { presentEntry } from './storedEvent.ts';
import { digitsOfData } from './streamMark.ts';

/** An event with the body that clients receive, without `seq`. */
export interface PublishedEvent {
  row: EventRow;
  json: string;
}

/** Streams without an event for a day are dropped; a client that is away longer gets a snapshot. An hour more, since it is renewed once an hour. */
const streamLifeMs = 25 * 3_600_000;
const streamCap = { user: 1_000, key: 10_000 };

interface Deps {
  redis: Redis;
  clock: Clock;
  prefix: string;
}

/**
 * @param relayId of the relay that must hold the lease; undefined: the process that made the events.
 * @param links that the process signs, where the events have any.
 * @param previous the event of the task that must be published before the first of them; 0: none.
 */
export async function publishEvents(
  deps: Deps,
  events: readonly PublishedEvent[],
  { relayId = '', links = '', previous = 0 }: { relayId?: string; links?: string; previous?: number },
): Promise<'published' | 'lease lost' | 'refused'> {
  const parts = events.map((event, index) => toEntry(deps.prefix, event, index === 0 ? previous : 0));
  const digits = await digitsOfData(deps);
  const answer = await publishScript(
    deps.redis,
    [relayLeaseKey(deps.prefix), linksKey(deps.prefix), ...parts.flatMap(({ keys }) => keys)],
    [
      relayId,
      streamLifeMs,
      randomBytes(6).toString('hex'),
      links,
      digits,
      ...parts.flatMap(({ args }) => args),
    ],
  );
  if (answer === -1) return 'lease lost';
  if (answer === -2) return 'refused';
  const now = deps.clock.now().getTime();
  for (const { row } of events) {
    publishedEvents.inc({ type: row.type });
    publishLag.observe({}, Math.max(0, now - row.createdAt.getTime()) / 1_000);
  }
  return 'published';
}

function toEntry(
  prefix: string,
  { row, json }: PublishedEvent,
  previous: number,
): { keys: string[]; args: (string | number)[] } {
  const streams = streamsOf(row);
  const message = presentUnnumbered({ type: row.type, taskId: row.taskId, json });
  return {
    keys: [toldKey(prefix, row.taskId), ...streams.map((stream) => streamKey(prefix, stream))],
    args: [
      streams.length,
      row.createdAt.getTime(),
      row.id,
      previous,
      presentEntry(row),
      message,
      ...streams.flatMap((stream) => [liveChannel(prefix, stream), streamCap[stream.kind]]),
    ],
  };
}
