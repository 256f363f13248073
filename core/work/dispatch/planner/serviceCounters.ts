/** GPU-seconds of each person, so that the least served comes next. */
export interface ServiceCounters {
  /**
   * Tells which people wait now. The counter of a person who comes back is raised to the lowest of theirs: staying away
   * saves nothing up, and GPU time that no other person wanted costs nothing later.
   */
  noteWaiting(people: ReadonlySet<string>): void;
  charge(userId: string, seconds: number): void;
  readonly served: ReadonlyMap<string, number>;
}

export function createServiceCounters(): ServiceCounters {
  const served = new Map<string, number>();
  let waiting: ReadonlySet<string> = new Set();
  /** The lowest counter of those who waited last; it never falls. */
  let floor = 0;
  return {
    served,
    noteWaiting(people) {
      for (const userId of people)
        if (!waiting.has(userId)) served.set(userId, Math.max(served.get(userId) ?? 0, floor));
      waiting = new Set(people);
      let least = Number.POSITIVE_INFINITY;
      for (const userId of waiting) least = Math.min(least, served.get(userId) ?? 0);
      if (least < Number.POSITIVE_INFINITY) floor = least;
      for (const [userId, seconds] of served)
        if (seconds <= floor && !waiting.has(userId)) served.delete(userId);
    },
    charge(userId, seconds) {
      served.set(userId, (served.get(userId) ?? floor) + seconds);
    },
  };
}

/** A task's way through the pool, as its rows have it. */
export interface PastTask {
  userId: string;
  createdAtMs: number;
  /** Undefined while it is open. */
  endedAtMs: number | undefined;
  /** Each with the GPU-seconds by weight that it took or is expected to take; `endedAtMs` undefined while it is open. */
  attempts: readonly { assignedAtMs: number; endedAtMs?: number | undefined; seconds: number }[];
}

/** What a person has in the queue and in slots. */
interface Presence {
  queued: number;
  held: number;
}

/**
 * The counters of a leader that saw all of this. People who waited before the first of these tasks count as equal.
 * @param mostOf how many slots a person may hold at once. Default: any number
 */
export function replayService(
  past: readonly PastTask[],
  mostOf: (userId: string) => number = () => Number.POSITIVE_INFINITY,
): ServiceCounters {
  const counters = createServiceCounters();
  const present = new Map<string, Presence>();
  const waiting = new Set<string>();
  const moments = [...Map.groupBy(past.flatMap(listEvents), ({ atMs }) => atMs)].sort(([a], [b]) => a - b);
  const note = () => counters.noteWaiting(waiting);
  for (const [, events] of moments) {
    const changed = new Map<string, Presence>();
    for (const { userId, queued, held } of events) {
      const { queued: wasQueued, held: wasHeld } = changed.get(userId) ?? present.get(userId) ?? nothing;
      changed.set(userId, { queued: wasQueued + queued, held: wasHeld + held });
    }
    const waits = [...changed].map(
      ([userId, { queued, held }]) => [userId, queued > 0 && held < mostOf(userId)] as const,
    );
    // Between two moments at which somebody comes or leaves, only the counters rise.
    const isMoved = waits.some(([userId, isWaiting]) => waiting.has(userId) !== isWaiting);
    if (isMoved) note();
    for (const { userId, seconds } of events) if (seconds > 0) counters.charge(userId, seconds);
    for (const [userId, isWaiting] of waits)
      if (isWaiting) waiting.add(userId);
      else waiting.delete(userId);
    for (const [userId, presence] of changed) present.set(userId, presence);
    if (isMoved) note();
  }
  note();
  return counters;
}

const nothing: Presence = { queued: 0, held: 0 };

/** It waits from its acceptance to its first attempt, or to its end without one. */
function listEvents({ userId, createdAtMs, endedAtMs, attempts }: PastTask) {
  const times = attempts.toSorted((a, b) => a.assignedAtMs - b.assignedAtMs);
  const leftMs = times[0]?.assignedAtMs ?? endedAtMs;
  const at = (atMs: number | undefined, change: Partial<Presence & { seconds: number }>) =>
    atMs === undefined ? [] : [{ atMs, userId, queued: 0, held: 0, seconds: 0, ...change }];
  return [
    ...at(createdAtMs, { queued: 1 }),
    ...at(leftMs, { queued: -1 }),
    ...times.flatMap((one) => [
      ...at(one.assignedAtMs, { held: 1, seconds: one.seconds }),
      ...at(one.endedAtMs, { held: -1 }),
    ]),
  ];
}
