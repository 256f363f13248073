import type { EventView } from '@star-graph/api/contract/events';
import type { TaskView } from '@star-graph/api/contract/tasks';
import type { Logger } from 'pino';
import type { BotClock } from '../clock.ts';
import { messagesOf } from '../replies/locale.ts';
import { presentProgress, progressKey } from '../replies/taskEmbed.ts';
import { createEndDelivery } from './endDelivery.ts';
import { createLiveMessage, type LiveMessage } from './liveMessage.ts';
import { findMessageRef, type MessageRef } from './messageRef.ts';
import { isReachableLater, MessageLost, type MessageRoutes } from './messageRoutes.ts';
import type { ResultDeps } from './resultMessage.ts';

export interface TrackerDeps extends ResultDeps {
  clock: BotClock;
  log: Logger;
  routes: MessageRoutes;
  /** Whether this process serves that server; with several shards, another may. */
  isOurs(ref: MessageRef): boolean;
}

export interface Tracker {
  /** Takes every event of the service key's connection. */
  onEvent(event: EventView): void;
  /** Follows a task on another message, from a newer interaction. */
  moveTo(task: TaskView, ref: MessageRef): void;
  /** How many messages are being followed. */
  count(): number;
  /** Finishes the edits in flight. */
  stop(): Promise<void>;
}

/**
 * One followed message. It lives from the task's acceptance, or from the snapshot after a restart, to its end:
 * `live` edits on progress → ended: the result replaces everything → dropped. A message that is `gone` is dropped at
 * once; the task goes on and stays in /task. Near the end of a token that nothing else can replace, `isLate` turns
 * the message into a ticket, whose button is a new interaction.
 */
interface Followed {
  task: TaskView;
  ref: MessageRef;
  live: LiveMessage<TaskView>;
  isLate: boolean;
  cancelTicket: () => void;
}

const ticketAheadMs = 60_000;
const endStatuses = ['succeeded', 'failed', 'cancelled'];

export function createTracker(deps: TrackerDeps): Tracker {
  const followed = new Map<string, Followed>();
  const work = createWork(deps.log);
  const { track } = work;
  let isStopping = false;

  const ends = createEndDelivery({ ...deps, track, isStopping: () => isStopping });

  function follow(task: TaskView, ref: MessageRef): Followed {
    const live = createLiveMessage<TaskView>(
      {
        clock: deps.clock,
        edit: (view) => deps.routes.edit(ref, presentProgress(messagesOf(ref.l), view, entry.isLate)),
        onError: (error) => onLost(task.id, entry, error),
      },
      (view) => `${progressKey(view)}:${entry.isLate}`,
    );
    const entry: Followed = { task, ref, live, isLate: false, cancelTicket: () => {} };
    if (!isReachableLater(ref)) {
      entry.cancelTicket = deps.clock.after(Math.max(0, ref.x - ticketAheadMs - deps.clock.nowMs()), () => {
        entry.isLate = true;
        live.show(entry.task);
      });
    }
    followed.set(task.id, entry);
    live.show(task);
    return entry;
  }

  function onLost(taskId: string, entry: Followed, error: unknown): void {
    if (!(error instanceof MessageLost)) deps.log.warn({ err: error, taskId }, 'progress was not shown');
    else if (error.kind === 'gone') drop(taskId, entry);
  }

  function drop(taskId: string, entry: Followed): void {
    entry.cancelTicket();
    if (followed.get(taskId) === entry) followed.delete(taskId);
    track(entry.live.close());
  }

  function update(taskId: string, change: Partial<TaskView>): void {
    const entry = followed.get(taskId);
    if (!entry || isStopping) return;
    entry.task = { ...entry.task, ...change };
    if (!endStatuses.includes(entry.task.status)) {
      entry.live.show(entry.task);
      return;
    }
    entry.cancelTicket();
    followed.delete(taskId);
    track(entry.live.close().then(() => ends.deliver(entry.task, entry.ref)));
  }

  function take(task: TaskView): void {
    const ref = findMessageRef(task.meta);
    if (!ref || !deps.isOurs(ref)) return;
    if (followed.has(task.id)) update(task.id, task);
    else if (!endStatuses.includes(task.status)) follow(task, ref);
    else track(ends.recover(task, ref));
  }

  return {
    onEvent(event) {
      if (isStopping) return;
      if (event.type === 'state_snapshot') for (const task of event.data.tasks) take(task);
      else if (event.type === 'task_created') take(event.data.task);
      else update(event.taskId, toChange(followed.get(event.taskId)?.task, event));
    },
    moveTo(task, ref) {
      const entry = followed.get(task.id);
      if (entry) drop(task.id, entry);
      follow(task, ref);
    },
    count: () => followed.size,
    async stop() {
      isStopping = true;
      for (const entry of followed.values()) {
        entry.cancelTicket();
        track(entry.live.close());
      }
      await work.settled();
    },
  };
}

type TaskEvent = Exclude<EventView, { type: 'state_snapshot' | 'task_created' }>;

function toChange(task: TaskView | undefined, event: TaskEvent): Partial<TaskView> {
  switch (event.type) {
    case 'progress_update':
      // An event without a picture says nothing about the last one.
      return { progress: { ...keepPreview(task), ...event.data } };
    case 'task_queued':
      return { status: 'queued', attempt: event.data.attempt };
    case 'task_started':
      return { status: 'running', attempt: event.data.attempt };
    case 'task_completed': {
      const { outputs, cached, cost, attempt } = event.data;
      return { status: 'succeeded', outputs, cached, cost, attempt };
    }
    case 'task_failed':
      return { status: 'failed', error: event.data.error };
    case 'task_cancelled':
      return { status: 'cancelled' };
  }
}

const keepPreview = (task: TaskView | undefined) =>
  task?.progress.preview === undefined ? {} : { preview: task.progress.preview };

/** Work that nobody waits for, until the stop does. */
function createWork(log: Logger) {
  const inFlight = new Set<Promise<void>>();
  return {
    track(work: Promise<void>): void {
      const done: Promise<void> = work
        .catch((err: unknown) => log.error({ err }, 'a message could not be changed'))
        .finally(() => inFlight.delete(done));
      inFlight.add(done);
    },
    async settled(): Promise<void> {
      // What ends may have begun something more.
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  };
}
