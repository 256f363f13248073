import { type Destination, destinations } from '@star-graph/contract/events';
import type { Caller } from '@star-graph/core/people/identity/caller';
import type { EventType } from '@star-graph/core/work/events/event';
import type { FeedStart } from '@star-graph/core/work/events/eventFeeds';
import { listenToPublicMessages } from '@star-graph/core/work/events/publicMessages';
import { streamOf } from '../limits/connectionSlots.ts';
import type { Connection } from './connection.ts';
import { createEventFrames, messageFrame } from './serverFrames.ts';
import type { StompDeps } from './stompDeps.ts';

/** The destination of each type of event. */
const destinationsOf: Record<EventType, readonly Destination[]> = {
  task_created: [destinations.status],
  task_queued: [destinations.status],
  task_started: [destinations.status],
  task_completed: [destinations.result],
  task_failed: [destinations.result],
  task_cancelled: [destinations.status],
  progress_update: [destinations.progress],
  state_snapshot: [destinations.status, destinations.result],
};
const eventDestinations: ReadonlySet<string> = new Set(Object.values(destinationsOf).flat());

interface Subscription {
  id: string;
  destination: string;
  lastSeq: string | undefined;
}

export const isSubscribable = (destination: string): boolean =>
  eventDestinations.has(destination) ||
  destination === destinations.reply ||
  destination === destinations.public;

/** Starts a subscription; resolves when the missed events are delivered. @returns a function that ends it. */
export async function startSubscription(
  deps: Pick<StompDeps, 'feeds' | 'subscriber' | 'prefix'>,
  caller: Caller,
  connection: Connection,
  subscription: Subscription,
): Promise<() => void> {
  const { id, destination, lastSeq } = subscription;
  if (eventDestinations.has(destination)) {
    const isStatus = destination === destinations.status;
    const start: FeedStart = {
      snapshot: isStatus,
      pace: connection.drained,
      // Progress is not stored: its subscribers resume by the facts.
      ...(lastSeq === undefined || destination === destinations.progress ? {} : { lastSeq }),
    };
    const toFrame = createEventFrames(destination, id);
    return deps.feeds.open(streamOf(caller), start, (event) => {
      if (!destinationsOf[event.type].some((told) => told === destination)) return;
      if (event.seq) connection.send(toFrame(event));
      else connection.sendLatest(id, event.taskId, toFrame(event));
    });
  }
  if (destination === destinations.public)
    return listenToPublicMessages(deps, (body) => connection.send(messageFrame(destination, id, body)));
  return () => {};
}
