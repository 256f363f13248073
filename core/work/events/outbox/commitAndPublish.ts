import {
  type Database,
  inHotTransaction,
  inOnePacket,
  isUnmet,
  type Transaction,
} from '../../../ground/db/connect.ts';
import type { EventRow } from '../../../ground/db/models/outboxEvent.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import type { ShownAsset } from '../../../library/assets/presentAsset.ts';

/** A task after a change, for the events that show it. */
export interface EventSubject {
  task: Task;
  outputs: ShownAsset[];
  withheld?: number;
}

/** The events of one task that one transaction inserted. */
export interface Recording {
  events: EventRow[];
  /** The task's last event before them that is not marked as sent; 0: none. */
  previous: number;
  subject: EventSubject | undefined;
}

export interface EventPublisher {
  /** Never throws and never waits: see `createEventPublisher`. */
  publish(recording: Recording): void;
}

export interface CommitDeps {
  database: Database;
  /** Without one the relay finds the events in its next sweep. */
  publisher?: EventPublisher | undefined;
}

const recordings = new WeakMap<Transaction, Recording>();

/** Where the events of a transaction are noted; undefined where nobody will publish them after its commit. */
export const recordingOf = (trx: Transaction): Recording | undefined => recordings.get(trx);

/** Runs the transaction of a move of one task, and publishes what it recorded as soon as it is committed. */
export async function commitAndPublish<Result>(
  { database, publisher }: CommitDeps,
  move: (trx: Transaction) => Promise<Result>,
  run = inHotTransaction,
): Promise<Result> {
  if (!publisher) return run(database, move);
  const [result, recording] = await run(database, async (trx) => {
    const noted: Recording = { events: [], previous: 0, subject: undefined };
    recordings.set(trx, noted);
    return [await move(trx), noted] as const;
  });
  if (recording.events.length > 0) publisher.publish(recording);
  return result;
}

/**
 * The same for a move whose last packet commits (`isAtOnce`). Where a condition in it was not met, nothing was done, and
 * the move is made in steps, which find out the reason.
 */
export async function commitAtOnce<Result>(
  deps: CommitDeps,
  move: (trx: Transaction, isAtOnce: boolean) => Promise<Result>,
): Promise<Result> {
  try {
    return await commitAndPublish(deps, (trx) => move(trx, true), inOnePacket);
  } catch (error) {
    if (!isUnmet(error)) throw error;
    return commitAndPublish(deps, (trx) => move(trx, false));
  }
}
