import type { Logger } from 'pino';
import type { Clock } from '../runtime/clock.ts';
import { isContended, isDatabaseUnavailable } from './connect.ts';

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/** The pause before the next of several tries: 0.2 s, doubled each time, at most `longestMs`. */
export const backoffMs = (tries: number, longestMs = longestPauseMs): number =>
  Math.min(longestMs, firstPauseMs * 2 ** Math.min(tries, 20));

/**
 * Writes to the database, waiting for it when it is away or contended: what was computed on a GPU is not given up for that. Every
 * write given here is conditional, so one that took effect although its answer was lost changes nothing when it is
 * sent again. Rejects with the signal's reason when that aborts first, and with any other error at once.
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
      if (!isDatabaseUnavailable(error) && !isContended(error)) throw error;
      deps.logger.warn(
        { err: error },
        'the database is away or contended; the write is kept and tried again',
      );
      await deps.clock.sleep(backoffMs(tries), signal);
    }
  }
}
