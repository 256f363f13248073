import type { Clock } from './clock.ts';

/** `idle`: there was nothing to do, and what changes that wakes or stirs the pace, or can wait for `idleIntervalMs`. */
export type RoundEnd = 'idle' | undefined;

export interface PaceOptions {
  /** The rest after a round. */
  intervalMs: number;
  /** The rest doubles up to this with each round that found nothing to do. Default: `intervalMs`. */
  idleIntervalMs?: number | undefined;
}

/** The rests between rounds of repeated work. */
export interface Pace {
  /** Rests after a round: not at all if it was woken meanwhile. Never rejects for a rest that was ended early. */
  rest(end: RoundEnd): Promise<void>;
  /** Ends the rest; during a round, leaves out the next one. */
  wake(): void;
  /** Something has happened: a rest that grew is cut to `intervalMs`. */
  stir(): void;
  /** Forgets that it was woken. */
  calm(): void;
  /** Ends all rests. */
  stop(): void;
}

/**
 * The reason for ending a rest early; one shared object, because a new DOMException for each costs more than the rest
 * of a wake-up.
 */
const woken = new Error('woken');

export function createPace(
  clock: Pick<Clock, 'sleep'>,
  { intervalMs, idleIntervalMs = intervalMs }: PaceOptions,
): Pace {
  let isWoken = false;
  let isStirred = false;
  let isStopped = false;
  let restMs = intervalMs;
  let pause = new AbortController();
  let isLonger = false;

  async function sleep(ms: number): Promise<void> {
    pause = new AbortController();
    const { signal } = pause;
    await clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  const isCut = () => isWoken || isStirred;

  return {
    async rest(end) {
      restMs = end === 'idle' && !isCut() ? Math.min(2 * restMs, idleIntervalMs) : intervalMs;
      if (!isWoken && !isStopped) await sleep(intervalMs);
      // In two parts if it grew: what happens in the first leaves out the second, in the second the rest of it.
      isLonger = restMs > intervalMs && !isCut() && !isStopped;
      if (isLonger) await sleep(restMs - intervalMs);
      isLonger = false;
      if (isCut()) restMs = intervalMs;
      isWoken = false;
      isStirred = false;
    },
    wake() {
      isWoken = true;
      pause.abort(woken);
    },
    stir() {
      isStirred = true;
      if (isLonger) pause.abort(woken);
    },
    calm() {
      isWoken = false;
    },
    stop() {
      isStopped = true;
      pause.abort(woken);
    },
  };
}
