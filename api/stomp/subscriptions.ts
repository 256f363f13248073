import { type Destination, destinations } from '@star-graph/contract/events';
import { roomIdSchema } from '@star-graph/contract/fields';
import { roomTopic, type WallMessage } from '@star-graph/contract/guilds/activityRoutes';
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
  destination === destinations.public ||
  findRoom(destination) !== undefined;

const findRoom = (destination: string): string | undefined =>
  destination.startsWith(roomTopic)
    ? roomIdSchema.safeParse(destination.slice(roomTopic.length)).data
    : undefined;

/** Starts a subscription; resolves when the missed events are delivered. @returns a function that ends it. */
export async function startSubscription(
  deps: Pick<StompDeps, 'feeds' | 'subscriber' | 'prefix' | 'walls'>,
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
  const room = findRoom(destination);
  if (room === undefined) return () => {};
  const tell = (message: WallMessage) => {
    const frame = messageFrame(destination, id, JSON.stringify(message));
    // Of what is drawn over and over the last is enough.
    if (message.type === 'task' && message.task.finishedAt === undefined)
      connection.sendLatest(id, message.task.id, frame);
    else connection.send(frame);
  };
  if (!deps.walls || caller.kind === 'service') {
    tell({ type: 'closed' });
    return () => {};
  }
  return deps.walls.open(room, caller.account.id, tell);
}
