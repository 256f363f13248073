import type { Clock } from '../runtime/clock.ts';

const firstPauseMs = 20;

/**
 * Retries until it succeeds or the time is over. A row in use is free again after milliseconds. A row whose process
 * vanished stays locked until the server ends that session, and is not worth waiting for.
 */
export async function untilUnlocked(
  clock: Clock,
  patienceMs: number,
  attempt: () => Promise<boolean>,
): Promise<boolean> {
  const deadlineMs = clock.monotonicMs() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
    if (await attempt()) return true;
    if (clock.monotonicMs() + pauseMs > deadlineMs) return false;
    await clock.sleep(pauseMs);
  }
}
