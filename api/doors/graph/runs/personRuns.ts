import type { Database } from '@star-graph/core/db/connect';
import type { EventFeeds } from '@star-graph/core/events/feed/eventFeeds';
import type { LiveEvent } from '@star-graph/core/events/live/liveEvent';
import type { Clock } from '@star-graph/core/runtime/clock';
import { every } from '@star-graph/core/runtime/every';
import { presentHistory, presentQueue } from './presentRuns.ts';
import { listRuns, type Run } from './run.ts';

/** One person's graphs at one moment, with the answers that clients poll for. */
export interface Runs {
  /** Newest first. */
  list: readonly Run[];
  /** JSON. */
  history: string;
  /** JSON. */
  queue: string;
}

/**
 * People's graphs, read again only after something became of them: clients ask for the whole history ten times a
 * second.
 */
export interface PersonRuns {
  read(userId: string): Promise<Runs>;
  /** This process has just changed something of theirs. */
  noteChange(userId: string): void;
  /** Every event of the person from now on, until the returned function is called. */
  listen(userId: string, listener: (event: LiveEvent) => void): Promise<() => void>;
  close(): void;
}

interface Person {
  current: Promise<Runs> | undefined;
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

/** Longer than clients wait between two looks. */
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

  return {
    async read(userId) {
      const person = requirePerson(userId);
      await person.ready;
      person.current ??= load(deps, userId, person);
      return person.current;
    },
    noteChange(userId) {
      const person = people.get(userId);
      if (person) person.current = undefined;
    },
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
    ready: Promise.resolve(),
    stop: () => {},
    listeners: new Set(),
    usedAtMs: clock.monotonicMs(),
  };
  const opening = feeds.open({ kind: 'user', id: userId }, { snapshot: false }, (event) => {
    if (event.type !== 'progress_update') person.current = undefined;
    for (const listener of person.listeners) listener(event);
  });
  person.ready = opening;
  // It may be left before it is open.
  person.stop = () => void opening.then((stop) => stop()).catch(() => undefined);
  return person;
}

function load({ database }: Deps, userId: string, person: Person): Promise<Runs> {
  const loading = listRuns(database, userId).then((list) => ({
    list,
    history: JSON.stringify(presentHistory(list)),
    queue: JSON.stringify(presentQueue(list)),
  }));
  loading.catch(() => {
    if (person.current === loading) person.current = undefined;
  });
  return loading;
}
