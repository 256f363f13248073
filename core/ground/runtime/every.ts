import type { Clock } from './clock.ts';

/** Calls `act` repeatedly until it is stopped. */
export function every(clock: Clock, periodMs: number, act: () => void): () => void {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      await clock.sleep(periodMs, stopping.signal);
      act();
    }
  };
  run().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return () => stopping.abort();
}
