import type { Logger } from 'pino';
import type { Clock } from '../runtime/clock.ts';
import { isContended, isDatabaseFull, isDatabaseUnavailable } from './connect.ts';

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/** The pause before the next of several tries: 0.2 s, doubled each time, at most `longestMs`. */
export const backoffMs = (tries: number, longestMs = longestPauseMs): number =>
  Math.min(longestMs, firstPauseMs * 2 ** Math.min(tries, 20));

/** Whether the database is away, full or contended: the same statement may succeed later. */
export const isPassing = (error: unknown): boolean =>
  isDatabaseUnavailable(error) || isDatabaseFull(error) || isContended(error);

/**
 * Writes to the database, and waits while it is away, full or contended: a GPU's result is not discarded for that. Every
 * write passed here is conditional, so repeating one whose answer was lost changes nothing. Rejects with the signal's
 * reason when that aborts first, and with any other error at once.
 */
export async function retryWrite<T>(
  deps: { clock: Clock; logger: Logger },
  write: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error)) throw error;
      deps.logger.warn(
        { err: error },
        'the database is away, full or contended; the write is kept and tried again',
      );
      await deps.clock.sleep(backoffMs(tries), signal);
    }
  }
}
