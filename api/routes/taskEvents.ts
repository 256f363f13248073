import type { Clock } from '@star-graph/core/clock';
import type { Database } from '@star-graph/core/db/connect';
import { type EventType, type TaskEvent, terminalEventTypes } from '@star-graph/core/events/event';
import type { EventFeeds } from '@star-graph/core/events/eventFeeds';
import type { LiveEvent } from '@star-graph/core/events/liveEvent';
import { listenToRevocations } from '@star-graph/core/events/revocations';
import { presentSeq } from '@star-graph/core/events/seq';
import type { Subscriber } from '@star-graph/core/events/subscriber';
import type { Caller } from '@star-graph/core/identity/caller';
import { restsOn } from '@star-graph/core/identity/restsOn';
import { requireTaskWithOutputs } from '@star-graph/core/tasks/findTasks';
import { isTerminal, type TaskStatus } from '@star-graph/core/tasks/taskStatus';
import { streamOf, type TakePlace } from '../connectionPlaces.ts';
import { createEventStream, type EventStream } from './eventStream.ts';
import type { Handler } from './handler.ts';

export interface TaskEventsDeps {
  database: Database;
  clock: Clock;
  feeds: EventFeeds;
  subscriber: Subscriber;
  prefix: string;
  takePlace: TakePlace;
}

export interface TaskEvents {
  followTask: Handler<'followTask'>;
  /** Ends all open streams; their clients come again. */
  close(): void;
}

/** Proxies give up on a silent answer after 30 to 60 seconds. */
const keepAliveMs = 15_000;

/** `GET tasks/{id}/events`: the task's state, then what happens to it, until it ends. */
export async function createTaskEvents(deps: TaskEventsDeps): Promise<TaskEvents> {
  const open = new Map<EventStream, Caller>();
  const stopListening = await listenToRevocations(deps, (revocation) => {
    for (const [stream, caller] of open) if (restsOn(caller, revocation)) stream.end();
  });
  const timer = setInterval(() => {
    for (const [stream, caller] of open) {
      if (caller.kind === 'session' && caller.expiresAt <= deps.clock.now()) stream.end();
      else stream.keepAlive();
    }
  }, keepAliveMs);

  return {
    async followTask({ params, caller, ctx }) {
      const { task } = await requireTaskWithOutputs(deps.database, params.id, caller.account.id);
      const stream = createEventStream();
      const leavePlace = deps.takePlace(caller);
      let stopFeed = () => {};
      open.set(stream, caller);
      stream.body.once('close', () => {
        open.delete(stream);
        leavePlace();
        stopFeed();
      });
      const lastSeq = ctx.get('last-event-id');
      // A task that is over has no event to wait for: its state is the whole story.
      const isResumed = lastSeq !== '' && !isTerminal(task.status);
      const start = { snapshot: true, taskId: task.id, ...(isResumed ? { lastSeq } : {}) };
      try {
        stopFeed = await deps.feeds.open(streamOf(caller), start, (event) => pass(stream, task.id, event));
      } catch (error) {
        stream.body.destroy();
        throw error;
      }
      if (stream.body.destroyed) stopFeed();
      ctx.status = 200;
      ctx.type = 'text/event-stream';
      ctx.set({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      ctx.body = stream.body;
    },
    close() {
      stopListening();
      clearInterval(timer);
      for (const stream of open.keys()) stream.end();
    },
  };
}

function pass(stream: EventStream, taskId: string, event: LiveEvent): void {
  if (!event.seq) {
    stream.sendIfIdle({ type: event.type, data: event.body });
    return;
  }
  const id = presentSeq(event.seq);
  if (event.type !== 'state_snapshot') {
    stream.send({ id, type: event.type, data: event.body });
    if (isEnd(event.type)) stream.end();
    return;
  }
  const snapshot: TaskEvent = JSON.parse(event.body);
  const task = (snapshot.data.tasks as { id: string; status: TaskStatus }[]).find(({ id }) => id === taskId);
  // One of all tasks, taken because Redis was lost: this task may be on another page of it.
  if (!task) return;
  stream.send({
    id,
    type: event.type,
    data: JSON.stringify({ ...snapshot, taskId, data: { tasks: [task] } }),
  });
  if (isTerminal(task.status)) stream.end();
}

const isEnd = (type: EventType): boolean => (terminalEventTypes as readonly EventType[]).includes(type);
