import type { Clock } from '../../runtime/clock.ts';

/** GPU-seconds that each user got lately, so that the user with the least comes next. */
export interface RecentUsage {
  charge(userId: string, seconds: number): void;
  read(): ReadonlyMap<string, number>;
}

/** After this time a second counts half: a busy morning does not count against the evening. */
const halfLifeMs = 10 * 60_000;
/** Below this a user counts as new and is removed. */
const leastSeconds = 0.5;

/** In memory: for a new leader all users are equal. */
export function createRecentUsage(clock: Pick<Clock, 'monotonicMs'>): RecentUsage {
  let seconds = new Map<string, number>();
  let decayedAtMs = clock.monotonicMs();

  function decay(): void {
    const nowMs = clock.monotonicMs();
    const factor = 0.5 ** ((nowMs - decayedAtMs) / halfLifeMs);
    decayedAtMs = nowMs;
    seconds = new Map(
      [...seconds]
        .map(([userId, used]) => [userId, used * factor] as const)
        .filter(([, used]) => used >= leastSeconds),
    );
  }

  return {
    charge(userId, used) {
      seconds.set(userId, (seconds.get(userId) ?? 0) + used);
    },
    read() {
      decay();
      return seconds;
    },
  };
}
