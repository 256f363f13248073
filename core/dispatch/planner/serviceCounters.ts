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
  /** Each with the GPU-seconds that it took or is expected to take. */
  attempts: readonly { assignedAtMs: number; seconds: number }[];
}

/** The counters of a leader that saw all of this. People who waited before the first of these tasks count as equal. */
export function replayService(past: readonly PastTask[]): ServiceCounters {
  const counters = createServiceCounters();
  const waiting = new Map<string, number>();
  const moments = [...Map.groupBy(past.flatMap(listEvents), ({ atMs }) => atMs)].sort(([a], [b]) => a - b);
  const note = () => counters.noteWaiting(new Set(waiting.keys()));
  for (const [, events] of moments) {
    const changes = new Map<string, number>();
    for (const { userId, change } of events) changes.set(userId, (changes.get(userId) ?? 0) + change);
    const left = [...changes].map(
      ([userId, change]) => [userId, (waiting.get(userId) ?? 0) + change] as const,
    );
    // Between two moments at which somebody comes or leaves, only the counters rise.
    const isMoved = left.some(([userId, count]) => waiting.has(userId) !== count > 0);
    if (isMoved) note();
    for (const { userId, seconds } of events) if (seconds > 0) counters.charge(userId, seconds);
    for (const [userId, count] of left)
      if (count > 0) waiting.set(userId, count);
      else waiting.delete(userId);
    if (isMoved) note();
  }
  note();
  return counters;
}

/** It waits from its acceptance to its first attempt, or to its end without one. */
function listEvents({ userId, createdAtMs, endedAtMs, attempts }: PastTask) {
  const times = attempts.toSorted((a, b) => a.assignedAtMs - b.assignedAtMs);
  const leftMs = times[0]?.assignedAtMs ?? endedAtMs;
  return [
    { atMs: createdAtMs, userId, change: 1, seconds: 0 },
    ...(leftMs === undefined ? [] : [{ atMs: leftMs, userId, change: -1, seconds: 0 }]),
    ...times.map(({ assignedAtMs, seconds }) => ({ atMs: assignedAtMs, userId, change: 0, seconds })),
  ];
}
