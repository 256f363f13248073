import type { Logger } from 'pino';
import { defineCounter } from '../telemetry/define.ts';
import type { Clock } from './clock.ts';

const loopFailures = defineCounter({
  name: 'star_graph_loop_failures_total',
  help: 'Rounds of repeated work that ended in an error; the next one tries again',
  labels: ['loop'],
});

/** Repeated work, one round at a time. */
export interface Loop {
  /** Begins the next round at once; during a round, right after it. */
  wake(): void;
  /** Begins no further round and waits for the running one. */
  stop(): Promise<void>;
}

/**
 * The reason for ending a rest early; one shared object, because a new DOMException for each costs more than the rest
 * of a wake-up.
 */
const woken = new Error('woken');

/** A round that throws is logged and does not end the loop: the next one may find the database back. */
export function startLoop(
  deps: { clock: Clock; logger: Logger },
  options: { name: string; intervalMs: number },
  round: () => Promise<void>,
): Loop {
  let isStopped = false;
  let isWoken = false;
  let pause = new AbortController();

  async function rest(): Promise<void> {
    pause = new AbortController();
    const { signal } = pause;
    await deps.clock.sleep(options.intervalMs, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      isWoken = false;
      try {
        await round();
      } catch (error) {
        loopFailures.inc({ loop: options.name });
        deps.logger.warn({ err: error, loop: options.name }, 'a round failed; the next one tries again');
        isWoken = false;
      }
      if (!isWoken && !isStopped) await rest();
    }
  }

  const running = run();
  return {
    wake() {
      isWoken = true;
      pause.abort(woken);
    },
    async stop() {
      isStopped = true;
      pause.abort(woken);
      await running;
    },
  };
}
