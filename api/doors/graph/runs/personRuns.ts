import type { Database } from '@star-graph/core/ground/db/connect';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { every } from '@star-graph/core/ground/runtime/every';
import type { EventFeeds } from '@star-graph/core/work/events/eventFeeds';
import type { LiveEvent } from '@star-graph/core/work/events/liveEvent';
import { presentHistory, presentQueue } from './presentRuns.ts';
import { findRuns, isOver, listRuns, type Run, withNewer } from './run.ts';

/** One person's graphs at one moment, with the answers that clients poll for. */
interface Runs {
  /** Newest first. */
  list: readonly Run[];
  /** JSON. */
  readonly history: string;
  /** JSON. */
  readonly queue: string;
}

/**
 * People's graphs, each read again only after something became of it: clients ask for the whole history ten times a
 * second, and every event of a graph has its client told.
 */
export interface PersonRuns {
  read(userId: string): Promise<Runs>;
  /** The same, with those that had not ended as they are now: one may have begun of which nobody has told yet. */
  readOpenAnew(userId: string): Promise<Runs>;
  /** This process has just changed these tasks of theirs. */
  noteChange(userId: string, taskIds: readonly string[]): void;
  /** Every event of the person from now on, until the returned function is called. */
  listen(userId: string, listener: (event: LiveEvent) => void): Promise<() => void>;
  close(): void;
}

interface Person {
  /** Undefined: to be read as a whole. */
  current: Promise<Runs> | undefined;
  readAtMs: number;
  /** Tasks that something became of since `current`. */
  changed: Set<string>;
  /** Resolves when changes are heard of. */
  ready: Promise<unknown>;
  stop: () => void;
  listeners: Set<(event: LiveEvent) => void>;
  usedAtMs: number;
}

interface Deps {
  database: Database;
  feeds: EventFeeds;
  clock: Clock;
}

/** Longer than clients wait between two looks. Deleted pictures are gone from the history after this time. */
const keptMs = 60_000;
const sweepMs = 10_000;

export function createPersonRuns(deps: Deps): PersonRuns {
  const people = new Map<string, Person>();
  const stopSweeping = every(deps.clock, sweepMs, () => {
    const since = deps.clock.monotonicMs() - keptMs;
    for (const [userId, person] of people)
      if (person.listeners.size === 0 && person.usedAtMs < since) leave(userId, person);
  });

  function leave(userId: string, person: Person): void {
    people.delete(userId);
    person.stop();
  }

  function requirePerson(userId: string): Person {
    const known = people.get(userId);
    if (known) {
      known.usedAtMs = deps.clock.monotonicMs();
      return known;
    }
    const person = openPerson(deps, userId);
    people.set(userId, person);
    // Without the feed nothing says when to read again: the next one begins anew.
    person.ready.catch(() => leave(userId, person));
    return person;
  }

  const read = async (userId: string): Promise<Runs> => {
    const person = requirePerson(userId);
    await person.ready;
    return readAgain(deps, userId, person);
  };
  const noteChange = (userId: string, taskIds: readonly string[]): void => {
    const person = people.get(userId);
    for (const taskId of taskIds) person?.changed.add(taskId);
  };

  return {
    read,
    async readOpenAnew(userId) {
      const { list } = await read(userId);
      noteChange(
        userId,
        list.flatMap((run) => (isOver(run) ? [] : [run.task.id])),
      );
      return read(userId);
    },
    noteChange,
    async listen(userId, listener) {
      const person = requirePerson(userId);
      person.listeners.add(listener);
      try {
        await person.ready;
      } catch (error) {
        person.listeners.delete(listener);
        throw error;
      }
      return () => {
        person.usedAtMs = deps.clock.monotonicMs();
        person.listeners.delete(listener);
      };
    },
    close() {
      stopSweeping();
      for (const [userId, person] of people) leave(userId, person);
    },
  };
}

function openPerson({ feeds, clock }: Deps, userId: string): Person {
  const person: Person = {
    current: undefined,
    readAtMs: 0,
    changed: new Set<string>(),
    ready: Promise.resolve(),
    stop: () => {},
    listeners: new Set(),
    usedAtMs: clock.monotonicMs(),
  };
  const opening = feeds.open({ kind: 'user', id: userId }, { snapshot: false }, (event) => {
    if (event.type === 'state_snapshot') person.current = undefined;
    else if (event.type !== 'progress_update') person.changed.add(event.taskId);
    for (const listener of person.listeners) listener(event);
  });
  person.ready = opening;
  // It may be left before it is open.
  person.stop = () => void opening.then((stop) => stop()).catch(() => undefined);
  return person;
}

/** Reads what may have changed. What comes while it reads is left for the next one. */
function readAgain({ database, clock }: Deps, userId: string, person: Person): Promise<Runs> {
  const nowMs = clock.monotonicMs();
  const earlier = nowMs - person.readAtMs < keptMs ? person.current : undefined;
  if (earlier && person.changed.size === 0) return earlier;
  const changed = [...person.changed];
  person.changed.clear();
  if (!earlier) person.readAtMs = nowMs;
  const reading = earlier
    ? Promise.all([earlier, findRuns(database, userId, changed)]).then(([{ list }, newer]) =>
        present(withNewer(list, newer)),
      )
    : listRuns(database, userId).then(present);
  person.current = reading;
  reading.catch(() => {
    if (person.current === reading) person.current = undefined;
  });
  return reading;
}

/** The answers are written when somebody asks for them. */
function present(list: readonly Run[]): Runs {
  let history: string | undefined;
  let queue: string | undefined;
  return {
    list,
    get history() {
      history ??= JSON.stringify(presentHistory(list));
      return history;
    },
    get queue() {
      queue ??= JSON.stringify(presentQueue(list));
      return queue;
    },
  };
}
