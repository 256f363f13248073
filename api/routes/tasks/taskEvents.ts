import type { Database } from '@star-graph/core/ground/db/connect';
import { invariant } from '@star-graph/core/ground/errors';
import type { Subscriber } from '@star-graph/core/ground/redis/subscriber';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { every } from '@star-graph/core/ground/runtime/every';
import type { PresentedCredential } from '@star-graph/core/people/identity/authenticate';
import type { Caller } from '@star-graph/core/people/identity/caller';
import { isRevokedBy } from '@star-graph/core/people/identity/isRevokedBy';
import { listenToRevocations } from '@star-graph/core/people/identity/revocations';
import type { TaskEvent } from '@star-graph/core/work/events/event';
import type { EventFeeds } from '@star-graph/core/work/events/eventFeeds';
import type { LiveEvent } from '@star-graph/core/work/events/liveEvent';
import { presentSeq } from '@star-graph/core/work/events/seq';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { isTerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { isTerminal, type TaskStatus } from '@star-graph/workflows/shared/taskStatuses';
import { type CredentialCheck, hasExpired, isRefused, recheckMs } from '../../checkCredential.ts';
import { streamOf, type TakeConnectionSlot } from '../../limits/connectionSlots.ts';
import { openStreams } from '../../metrics.ts';
import type { Handler } from '../handler.ts';
import { answerEvents, createEventStream, type EventStream } from './eventStream.ts';

interface TaskEventsDeps extends CredentialCheck {
  database: Database;
  clock: Clock;
  feeds: EventFeeds;
  subscriber: Subscriber;
  prefix: string;
  takeConnectionSlot: TakeConnectionSlot;
}

export interface TaskEvents {
  followTask: Handler<'followTask'>;
  /** Ends all open streams; their clients reconnect. */
  close(): void;
}

/** Proxies give up on a silent answer after 30 to 60 seconds. */
const keepAliveMs = 15_000;

interface Follower {
  caller: Caller;
  credential: PresentedCredential;
  checkedAtMs: number;
}

/** `GET tasks/{id}/events`: the task's state, then its events, until it ends. */
export async function createTaskEvents(deps: TaskEventsDeps): Promise<TaskEvents> {
  const open = new Map<EventStream, Follower>();
  const stopListening = await listenToRevocations(deps, (revocation) => {
    for (const [stream, { caller }] of open) if (isRevokedBy(caller, revocation)) stream.end();
  });
  const stopTicking = every(deps.clock, keepAliveMs, () => {
    for (const [stream, follower] of open) tick(deps, stream, follower);
  });

  return {
    async followTask({ params, caller, ctx }) {
      const { credential } = ctx.state;
      invariant(credential, 'a caller was known by a credential');
      const { task } = await requireTaskWithOutputs(deps.database, params.id, caller.account.id);
      const stream = createEventStream();
      const leaveSlot = deps.takeConnectionSlot(caller);
      let stopFeed = () => {};
      open.set(stream, { caller, credential, checkedAtMs: deps.clock.monotonicMs() });
      openStreams.inc();
      stream.body.once('close', () => {
        open.delete(stream);
        openStreams.dec();
        leaveSlot();
        stopFeed();
      });
      const lastSeq = ctx.get('last-event-id');
      // An ended task has no further events: its state is the whole answer.
      const isResumed = lastSeq !== '' && !isTerminal(task.status);
      const start = { snapshot: true, taskId: task.id, ...(isResumed ? { lastSeq } : {}) };
      try {
        stopFeed = await deps.feeds.open(streamOf(caller), start, (event) => pass(stream, task.id, event));
      } catch (error) {
        stream.body.destroy();
        throw error;
      }
      if (stream.body.destroyed) stopFeed();
      answerEvents(ctx, stream);
    },
    close() {
      stopListening();
      stopTicking();
      for (const stream of open.keys()) stream.end();
    },
  };
}

/** A sign of life, or the end of a stream whose credential has ended. */
function tick(deps: TaskEventsDeps, stream: EventStream, follower: Follower): void {
  if (hasExpired(follower.caller, deps.clock.now())) {
    stream.end();
    return;
  }
  stream.keepAlive();
  const nowMs = deps.clock.monotonicMs();
  if (nowMs - follower.checkedAtMs < recheckMs) return;
  follower.checkedAtMs = nowMs;
  void isRefused(deps, follower.credential, follower.caller).then((refused) => refused && stream.end());
}

function pass(stream: EventStream, taskId: string, event: LiveEvent): void {
  if (!event.seq) {
    stream.sendIfIdle({ type: event.type, data: event.body });
    return;
  }
  const id = presentSeq(event.seq);
  if (event.type !== 'state_snapshot') {
    stream.send({ id, type: event.type, data: event.body });
    if (isTerminalEventType(event.type)) stream.end();
    return;
  }
  const snapshot: TaskEvent = JSON.parse(event.body);
  const task = (snapshot.data.tasks as { id: string; status: TaskStatus }[]).find(({ id }) => id === taskId);
  // A snapshot of all tasks, sent because Redis was lost: this task may be on another page.
  if (!task) return;
  stream.send({
    id,
    type: event.type,
    data: JSON.stringify({ ...snapshot, taskId, data: { tasks: [task] } }),
  });
  if (isTerminal(task.status)) stream.end();
}
