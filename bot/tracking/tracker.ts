import { applyAnswer, applyEvent } from '@star-graph/client/applyEvent';
import { ClientProblem } from '@star-graph/client/clientProblem';
import type { EventView } from '@star-graph/contract/events';
import { isTerminal, type TaskView } from '@star-graph/contract/tasks/tasks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Logger } from 'pino';
import { createAbandonedMessages } from './abandonedMessages.ts';
import { createEndDelivery } from './endDelivery.ts';
import { createFollowedMessage, type FollowedMessage } from './followedMessage.ts';
import { findMessageRef, type MessageRef } from './messageRef.ts';
import type { MessageRoutes } from './messageRoutes.ts';
import type { ResultDeps } from './resultMessage.ts';

interface TrackerDeps extends ResultDeps {
  clock: Clock;
  log: Logger;
  routes: MessageRoutes;
  /** Whether this process serves that server; with several shards, another may. */
  isOurs(ref: MessageRef): boolean;
}

export interface Tracker {
  /** Takes every event of the service key's connection. */
  onEvent(event: EventView): void;
  /** Whether the operator has paused the queue: messages of tasks that wait say so. */
  setPaused(isPaused: boolean): void;
  /**
   * Shows a task on one more message, from a newer interaction: its result or its progress. The first message
   * continues too.
   */
  alsoShow(task: TaskView, ref: MessageRef): Promise<void>;
  /**
   * The request for this message's task failed, its effect unknown: if the task appears, it is cancelled, since its
   * person was told to ask again.
   * @returns false when the task exists already: then there is nothing to say.
   */
  abandon(ref: MessageRef): boolean;
  /** Whether the message that answers the interaction with this token shows a task. */
  hasShown(token: string): boolean;
  /** How many tasks are being followed. */
  count(): number;
  /** Finishes the edits in flight. */
  stop(): Promise<void>;
}

/**
 * A task whose messages are edited, from its acceptance, or from the snapshot after a restart, to its end: then the
 * result replaces everything on each of them. A message that is gone is dropped at once; the task goes on and stays
 * in /task.
 */
interface Followed {
  task: TaskView;
  /** The followed messages by their ids. */
  messages: Map<string, FollowedMessage>;
}

const messagesAtMost = 5;

export function createTracker(deps: TrackerDeps): Tracker {
  const followed = new Map<string, Followed>();
  const abandoned = createAbandonedMessages();
  const work = createWork(deps.log);
  const { track } = work;
  let [isStopping, isPaused] = [false, false];

  const ends = createEndDelivery({ ...deps, track, isStopping: () => isStopping });

  function follow(task: TaskView, ref: MessageRef, options: { isTicket: boolean }): void {
    const entry = followed.get(task.id) ?? { task, messages: new Map() };
    const onGone = (message: FollowedMessage) => drop(task.id, message);
    const own = { ...deps, onGone, isPaused: () => isPaused };
    const message = createFollowedMessage(own, ref, entry.task, options);
    entry.messages.set(ref.m, message);
    followed.set(task.id, entry);
    const [oldest] = entry.messages.values();
    if (oldest && entry.messages.size > messagesAtMost) drop(task.id, oldest);
  }

  function drop(taskId: string, message: FollowedMessage): void {
    const entry = followed.get(taskId);
    if (entry?.messages.get(message.ref.m) === message) entry.messages.delete(message.ref.m);
    if (entry?.messages.size === 0) followed.delete(taskId);
    track(message.close());
  }

  function update(taskId: string, change: (task: TaskView) => TaskView): void {
    const entry = followed.get(taskId);
    if (!entry || isStopping) return;
    entry.task = change(entry.task);
    const isOver = isTerminal(entry.task.status);
    if (isOver) followed.delete(taskId);
    for (const message of entry.messages.values()) {
      // Meanwhile another process has its server, and the task.
      if (!deps.isOurs(message.ref)) drop(taskId, message);
      else if (isOver) track(message.close().then(() => ends.deliver(entry.task, message.ref)));
      else message.show(entry.task);
    }
  }

  function take(task: TaskView): void {
    const ref = findMessageRef(task.meta);
    if (!ref || !deps.isOurs(ref)) return;
    const isOver = isTerminal(task.status);
    if (abandoned.has(ref.m)) {
      if (!isOver) track(cancelAbandoned(deps, task, ref));
      return;
    }
    abandoned.noteServed(ref);
    const entry = followed.get(task.id);
    if (isOver && !entry) track(ends.recover(task, ref));
    if (!isOver && !entry?.messages.has(ref.m)) follow(task, ref, { isTicket: false });
    update(task.id, (known) => applyAnswer(known, task));
  }

  return {
    onEvent(event) {
      if (isStopping) return;
      if (event.type === 'state_snapshot') for (const task of event.data.tasks) take(task);
      else if (event.type === 'task_created') take(event.data.task);
      else update(event.taskId, (task) => applyEvent(task, event));
    },
    setPaused(now) {
      isPaused = now;
      for (const { messages } of followed.values()) for (const message of messages.values()) message.show();
    },
    async alsoShow(task, ref) {
      abandoned.noteServed(ref);
      if (isTerminal(task.status)) await ends.deliver(task, ref);
      else if (!isStopping) follow(task, ref, { isTicket: true });
    },
    abandon: (ref) => abandoned.abandon(ref.m),
    hasShown: (token) => abandoned.isServed(token),
    count: () => followed.size,
    async stop() {
      isStopping = true;
      for (const { messages } of followed.values())
        for (const message of messages.values()) track(message.close());
      await work.settled();
    },
  };
}

async function cancelAbandoned(
  deps: Pick<TrackerDeps, 'clientFor' | 'log'>,
  task: TaskView,
  ref: MessageRef,
): Promise<void> {
  deps.log.info({ taskId: task.id }, 'cancelling a task whose request had failed');
  try {
    // The person was told to ask again, and must not pay for both.
    await deps.clientFor(ref.u).cancelTask({ params: { id: task.id }, query: { refund: 'all' } });
  } catch (error) {
    if (!(error instanceof ClientProblem && error.code === 'task-finished')) throw error;
  }
}

/** Background work; only a stop waits for it. */
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
      // Finished work may have started more.
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  };
}
