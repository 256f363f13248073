import type { Logger } from 'pino';
import { defineCounter } from '../telemetry/define.ts';
import type { Clock } from './clock.ts';
import { createPace, type Pace, type PaceOptions, type RoundEnd } from './pace.ts';

const loopFailures = defineCounter({
  name: 'star_graph_loop_failures_total',
  help: 'Rounds of repeated work that ended in an error; the next one tries again',
  labels: ['loop'],
});

/** Repeated work, one round at a time. */
export interface Loop extends Pick<Pace, 'stir'> {
  /** Begins the next round at once; during a round, right after it. */
  wake(): void;
  /** Begins no further round and waits for the running one. */
  stop(): Promise<void>;
}

/** A round that throws is logged and does not end the loop: the next one may find the database back. */
export function startLoop(
  deps: { clock: Clock; logger: Logger },
  { name, ...options }: PaceOptions & { name: string },
  round: () => Promise<RoundEnd> | Promise<void>,
): Loop {
  const pace = createPace(deps.clock, options);
  let isStopped = false;

  async function roundOrLog(): Promise<RoundEnd> {
    try {
      return (await round()) ?? undefined;
    } catch (error) {
      loopFailures.inc({ loop: name });
      deps.logger.warn({ err: error, loop: name }, 'a round failed; the next one tries again');
      pace.calm();
      return undefined;
    }
  }

  async function run(): Promise<void> {
    while (!isStopped) await pace.rest(await roundOrLog());
  }

  const running = run();
  return {
    wake: pace.wake,
    stir: pace.stir,
    async stop() {
      isStopped = true;
      pace.stop();
      await running;
    },
  };
}
