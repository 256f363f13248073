import type { EventType } from '@star-graph/core/events/event';
import type { FeedStart } from '@star-graph/core/events/feed/eventFeeds';
import { listenToPublicMessages } from '@star-graph/core/events/live/publicMessages';
import type { Caller } from '@star-graph/core/identity/caller';
import { destinations } from '../../contract/events.ts';
import { streamOf } from '../../limits/connectionSlots.ts';
import type { Connection } from '../connection/connection.ts';
import { createEventFrames, messageFrame } from '../frames/serverFrames.ts';
import type { StompDeps } from '../stompDeps.ts';

/** What each destination of events carries. */
const typesOf = new Map<string, readonly EventType[]>([
  [destinations.status, ['state_snapshot', 'task_created', 'task_queued', 'task_started', 'task_cancelled']],
  [destinations.progress, ['progress_update']],
  [destinations.result, ['state_snapshot', 'task_completed', 'task_failed']],
]);

export interface Subscription {
  id: string;
  destination: string;
  lastSeq: string | undefined;
}

export const isSubscribable = (destination: string): boolean =>
  typesOf.has(destination) || destination === destinations.reply || destination === destinations.public;

/**
 * Starts a subscription; resolves when what it resumes from is delivered. @returns a function that ends it.
 */
export async function startSubscription(
  deps: Pick<StompDeps, 'feeds' | 'subscriber' | 'prefix'>,
  caller: Caller,
  connection: Connection,
  subscription: Subscription,
): Promise<() => void> {
  const { id, destination, lastSeq } = subscription;
  const types = typesOf.get(destination);
  if (types) {
    const isStatus = destination === destinations.status;
    const start: FeedStart = {
      snapshot: isStatus,
      pace: connection.drained,
      // Progress has no past: its subscribers resume by the facts.
      ...(lastSeq === undefined || destination === destinations.progress ? {} : { lastSeq }),
    };
    const toFrame = createEventFrames(destination, id);
    return deps.feeds.open(streamOf(caller), start, (event) => {
      if (!types.includes(event.type)) return;
      if (event.seq) connection.send(toFrame(event));
      else connection.sendLatest(id, event.taskId, toFrame(event));
    });
  }
  if (destination === destinations.public)
    return listenToPublicMessages(deps, (body) => connection.send(messageFrame(destination, id, body)));
  return () => {};
}
