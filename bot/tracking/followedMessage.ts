import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Logger } from 'pino';
import { presentProgress, progressKey } from '../replies/taskEmbed.ts';
import { messagesOf } from '../replies/texts/locale.ts';
import { isPassing } from './discordFailures.ts';
import { createLiveMessage } from './liveMessage.ts';
import type { MessageRef } from './messageRef.ts';
import { isReachableLater, MessageLost, type MessageRoutes } from './messageRoutes.ts';

export interface FollowedMessage {
  ref: MessageRef;
  /** @param task absent: as it was, because something else changed. */
  show(task?: TaskView): void;
  /** Stops editing; resolves when the running edit is done. */
  close(): Promise<void>;
}

interface FollowedMessageDeps {
  clock: Clock;
  log: Logger;
  routes: MessageRoutes;
  /** Whether the operator has paused the queue. */
  isPaused(): boolean;
  /** The message was deleted, or its place is closed to the bot. */
  onGone(message: FollowedMessage): void;
}

/** Before the end of the token, so that a repeated edit arrives too. */
const ticketAheadMs = 60_000;

/**
 * One message that shows a task's progress. If only the interaction's token can edit it, then near the end of the
 * token it becomes a ticket, whose button is a new interaction; until then it is edited on progress.
 * @param options.isTicket always offers that button: a restart does not know this message.
 */
export function createFollowedMessage(
  deps: FollowedMessageDeps,
  ref: MessageRef,
  first: TaskView,
  options: { isTicket: boolean },
): FollowedMessage {
  const { clock, log, routes } = deps;
  let latest = first;
  let isLate = false;
  const live = createLiveMessage<TaskView>(
    {
      clock,
      async edit(view) {
        const shown = { isLate, isTicket: options.isTicket, isVeiled: ref.p, isPaused: deps.isPaused() };
        await routes.edit(ref, presentProgress(messagesOf(ref.l), view, shown));
      },
      onError(error) {
        if (!(error instanceof MessageLost)) {
          log.warn({ err: error, taskId: latest.id }, 'progress was not shown');
          return isPassing(error);
        }
        if (error.kind === 'gone') deps.onGone(message);
        return false;
      },
    },
    (view) => `${progressKey(view, deps.isPaused())}:${isLate}`,
  );
  const becomeTicket = () => {
    isLate = true;
    live.show(latest);
  };
  const aheadMs = Math.max(0, ref.x - ticketAheadMs - clock.now().getTime());
  const cancelTicket = isReachableLater(ref) ? undefined : clock.after(aheadMs, becomeTicket);
  const message: FollowedMessage = {
    ref,
    show(task = latest) {
      latest = task;
      live.show(task);
    },
    close() {
      cancelTicket?.();
      return live.close();
    },
  };
  message.show(first);
  return message;
}
