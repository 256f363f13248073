import type { Logger } from 'pino';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import { lostMessages } from '../../../ground/redis/lostMessages.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { PresentedTask } from '../taskPresenter.ts';
import type { EventPublisher, EventSubject, Recording } from './commitAndPublish.ts';
import { publishEvents } from './publishEvents.ts';
import { presentStoredEvent, showsTask } from './storedEvent.ts';

interface Deps {
  redis: Redis;
  clock: Clock;
  prefix: string;
  log: Pick<Logger, 'warn'>;
  wakeSignals: Pick<WakeSignals, 'send'>;
  /** Which links to files this process signs: `identifyLinks`. */
  links: string;
  present(subject: EventSubject): Promise<PresentedTask>;
}

/*
 * An event is published twice over: by the process that committed it, at once, and by the relay, which also marks it
 * as sent. The script lets only the first of them through.
 *
 * - The process dies or freezes between commit and publication, or Redis does not answer: the row is not marked, and the
 *   next sweep of the relay publishes it. A process that wakes later publishes nothing: the relay was first.
 * - It dies between publication and mark: the mark is the relay's. The relay finds the row and its number in Redis, and
 *   only marks it. A relay that dies before the mark leaves that to the next.
 * - Redis loses what it held in between: the numbers are gone with the streams, and unmarked events are published
 *   again, twice at worst.
 * - Another process has not yet published the task's event before this one: the script refuses this one, and the relay
 *   publishes both in their order.
 */

/** Publishes events right after their commit. What it cannot publish is left to the relay, which is woken. */
export function createEventPublisher(deps: Deps): EventPublisher {
  async function publish({ events, previous, subject }: Recording): Promise<void> {
    const task =
      subject && events.some(({ type }) => showsTask(type)) ? await deps.present(subject) : undefined;
    const isWhole = task !== undefined || events.every(({ type }) => !showsTask(type));
    const published = events.map((row) => ({ row, json: JSON.stringify(presentStoredEvent(row, task)) }));
    const links = task && task.outputs.length > 0 ? deps.links : '';
    const answer = isWhole ? await publishEvents(deps, published, { previous, links }) : 'refused';
    if (answer !== 'published') deps.wakeSignals.send('outbox');
  }
  return {
    publish(recording) {
      publish(recording).catch((error: unknown) => {
        lostMessages.inc({ message: 'event' });
        deps.log.warn({ err: error }, 'an event was not published at once; the relay publishes it');
        deps.wakeSignals.send('outbox');
      });
    },
  };
}
