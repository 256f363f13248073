import type { Clock } from './clock.ts';

/** Looks once, and then again at intervals until `stop`, which waits for the look that runs. `look` handles its faults. */
export async function keepLooking(
  { clock }: { clock: Pick<Clock, 'sleep'> },
  everyMs: number,
  look: (signal: AbortSignal) => Promise<void>,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  await look(stopping.signal);
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await clock.sleep(everyMs, stopping.signal).catch(() => undefined);
      if (!stopping.signal.aborted) await look(stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
