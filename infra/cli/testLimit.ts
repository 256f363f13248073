import { LaunchFailure } from '../launcher/failure.ts';

/**
 * How long a test run may take before it counts as hanging: less than CI waits, which would not print the last line.
 * @param given TEST_LIMIT_MINUTES, for a busy machine; unset or empty is the usual limit
 */
export function parseTestLimitMs(given: string | undefined, usualMinutes: number): number {
  const minutes = given === undefined || given.trim() === '' ? usualMinutes : Number(given);
  // A day: timers of Node hold no more than 24 of them.
  if (!(minutes > 0 && minutes <= 24 * 60))
    throw new LaunchFailure(
      `TEST_LIMIT_MINUTES is "${given}". Give the minutes that the tests may take, at most 1440: TEST_LIMIT_MINUTES=80 npm test`,
    );
  return minutes * 60_000;
}
