import type { Logger } from 'pino';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { startLoop } from '../../../ground/runtime/loop.ts';
import type { Leadership } from '../leader/leadership.ts';
import { partFailures, partSuccess } from './choreMetrics.ts';

const intervalMs = 60_000;

/** Periodic work that only the leader does. It may run twice, be cut off anywhere, and fail on its own. */
export interface Chore {
  name: string;
  /** @returns the time until it is due again; undefined: at the next round. */
  run(signal: AbortSignal): Promise<number | undefined>;
}

export function startChores(
  deps: { clock: Clock; logger: Logger; leadership: Pick<Leadership, 'leads' | 'lead'> },
  chores: readonly Chore[],
): { stop(): Promise<void> } {
  const { clock, logger, leadership } = deps;
  const dueAtMs = new Map<string, number>();
  const stopped = new AbortController();

  async function runChore({ name, run }: Chore): Promise<void> {
    if (clock.monotonicMs() < (dueAtMs.get(name) ?? 0)) return;
    try {
      const { lead } = leadership;
      const restMs = await run(stopped.signal);
      lead?.show(() => partSuccess.set({ part: name }, clock.now().getTime() / 1_000));
      if (restMs !== undefined) dueAtMs.set(name, clock.monotonicMs() + restMs);
    } catch (error) {
      if (stopped.signal.aborted) return;
      partFailures.inc({ part: name });
      logger.warn({ err: error, part: name }, 'a part of the maintenance failed; the next round tries again');
    }
  }

  const loop = startLoop(deps, { name: 'maintenance', intervalMs }, async () => {
    for (const chore of chores) {
      if (stopped.signal.aborted || !leadership.leads) return;
      await runChore(chore);
    }
  });
  return {
    async stop() {
      stopped.abort();
      await loop.stop();
    },
  };
}
