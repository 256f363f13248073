import { type Outcome, outcomeOf } from '@star-graph/client/outcome';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Logger } from 'pino';
import { messagesOf } from '../replies/texts/locale.ts';
import { discordCodes, hasCode, isPassing } from './discordFailures.ts';
import { isStillOpen } from './messageParts.ts';
import { type MessageRef, tokenLifeMs } from './messageRef.ts';
import { MessageLost, type MessageRoutes } from './messageRoutes.ts';
import { nonceOf } from './nonce.ts';
import { createEndMessage, type ResultDeps } from './resultMessage.ts';

interface EndDeliveryDeps extends ResultDeps {
  clock: Clock;
  log: Logger;
  routes: MessageRoutes;
  /** Work that a stop waits for. */
  track(work: Promise<void>): void;
  isStopping(): boolean;
}

interface EndDelivery {
  /** Replaces the message by the result; tries again when Discord or the storage fail. */
  deliver(task: TaskView, ref: MessageRef): Promise<void>;
  /** After a restart: delivers where the message does not know yet that its task ended meanwhile. */
  recover(task: TaskView, ref: MessageRef): Promise<void>;
}

const pings = {
  open: 'pingNothing',
  result: 'pingDone',
  withheld: 'pingNothing',
  deleted: 'pingNothing',
  failed: 'pingFailed',
  cancelled: 'pingFailed',
} as const satisfies Record<Outcome['kind'], string>;

/** A person who waited no longer than this is still there. */
const momentMs = 10_000;
const triesAtMost = 5;
const pauseMs = 10_000;
/** A snapshot may hold a day's tasks, and present interactions come first. */
const recoveriesAtOnce = 4;
/** The size that every channel takes; an interaction's limit may come from its person or a boosted server. */
const everywhereBytes = 10 * 1_048_576;

export function createEndDelivery(deps: EndDeliveryDeps): EndDelivery {
  const inTurn = createTurns(recoveriesAtOnce);
  async function deliver(task: TaskView, ref: MessageRef, tries = 1): Promise<void> {
    try {
      await editWithinLimit(task, ref);
      await pingWhereWished(task, ref);
      await writeWhereWished(task, ref);
    } catch (error) {
      if (error instanceof MessageLost) {
        deps.log.info({ taskId: task.id, kind: error.kind }, error.message);
        return;
      }
      // A restart finds the message unfinished and delivers then.
      if (tries >= triesAtMost || deps.isStopping() || !isPassing(error)) throw error;
      deps.log.warn({ err: error, taskId: task.id }, 'the result was not delivered; trying again');
      deps.clock.after(pauseMs * tries, () => deps.track(deliver(task, ref, tries + 1)));
    }
  }
  /** At most once: from now on the message shows its end, so a restart does not repeat this. */
  async function pingWhereWished(task: TaskView, ref: MessageRef): Promise<void> {
    // Both times are of this process's clock, since the API's may differ.
    const tookMs = deps.clock.now().getTime() - (ref.x - tokenLifeMs);
    if (ref.n !== true || task.status === 'cancelled' || tookMs < momentMs) return;
    const say = messagesOf(ref.l);
    const text = say[pings[outcomeOf(task).kind]];
    try {
      await deps.routes.ping(ref, text, nonceOf('ping', task.id));
    } catch (err) {
      deps.log.info({ err, taskId: task.id }, 'a person was not pinged');
    }
  }
  /** One message a task. Who lets no bot write to them is mentioned beside the result. */
  async function writeWhereWished(task: TaskView, ref: MessageRef): Promise<void> {
    if (ref.w !== true || task.status === 'cancelled') return;
    const shown = { ...ref, e: false, s: Math.min(ref.s, everywhereBytes) };
    try {
      await deps.routes.write(ref, await createEndMessage(deps, task, shown), {
        kind: 'letter',
        subject: task.id,
      });
    } catch (err) {
      deps.log.info({ err, taskId: task.id }, 'a person was not written to');
      if (!isPassing(err) && ref.n !== true)
        await deps.routes
          .ping(ref, messagesOf(ref.l).notWritten, nonceOf('unwritten', task.id))
          .catch((failure: unknown) => deps.log.info({ err: failure }, 'a person was not told'));
    }
  }
  /** Smaller files each time that Discord finds them too large, at last only links. */
  async function editWithinLimit(task: TaskView, ref: MessageRef): Promise<void> {
    const limits = [ref.s, ...[everywhereBytes, 1].filter((bytes) => bytes < ref.s)];
    for (const [index, s] of limits.entries()) {
      try {
        await deps.routes.edit(ref, await createEndMessage(deps, task, { ...ref, s }));
        return;
      } catch (error) {
        if (!hasCode(error, [discordCodes.tooLarge]) || index === limits.length - 1) throw error;
      }
    }
  }
  async function recover(task: TaskView, ref: MessageRef): Promise<void> {
    if (deps.isStopping()) return;
    try {
      if (isStillOpen(await deps.routes.read(ref), task.id)) await deliver(task, ref);
    } catch (error) {
      if (!(error instanceof MessageLost)) throw error;
    }
  }
  return {
    deliver: (task, ref) => deliver(task, ref),
    recover: (task, ref) => inTurn(() => recover(task, ref)),
  };
}

/** Runs a bounded number of jobs at a time, the others in order. */
function createTurns(atOnce: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      await work();
    } finally {
      // The place goes to the next in line as it is.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
