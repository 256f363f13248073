import type { AttemptDeps, AttemptSignals } from '../attempt.ts';
import type { AttemptMoves } from './attemptMoves.ts';

/**
 * The start of a run, written a moment after it. A run that is over sooner has its start written in the transaction of
 * its end: one commit instead of two. A process that dies in that moment leaves the start to the next owner, as if it
 * had died before it heard of it.
 */
export interface StartRecord {
  /** The prompt begins now. */
  begin(): void;
  /** The prompt has ended. Its result is stored within a moment, unless the storage is away. */
  noteRan(): void;
  /** Resolves when it is written, or never will be: for an end that does not write it. */
  written(): Promise<void>;
  /**
   * Leaves the writing to the caller's transaction.
   * @returns when it began; undefined if it is written, or if no start was seen.
   */
  handOver(): Promise<Date | undefined>;
  /** Nothing more is written. */
  drop(): void;
}

const afterBeginMs = 20;
const afterRunMs = 250;

export function createStartRecord(
  { clock, logger }: Pick<AttemptDeps, 'clock' | 'logger'>,
  moves: Pick<AttemptMoves, 'started'>,
  { left }: Pick<AttemptSignals, 'left'>,
): StartRecord {
  let pending: { beganAt: Date; cancel: () => void } | undefined;
  let writing = Promise.resolve();

  function writeAfter(ms: number, beganAt: Date): void {
    pending = { beganAt, cancel: clock.after(ms, writeNow) };
  }

  function take(): Date | undefined {
    const taken = pending;
    pending = undefined;
    taken?.cancel();
    return taken?.beganAt;
  }

  function writeNow(): void {
    const beganAt = take();
    if (beganAt) writing = write(beganAt);
  }

  /** Changes nothing when an earlier owner made the move. The moves that end the attempt have conditions of their own. */
  async function write(beganAt: Date): Promise<void> {
    try {
      await moves.started(beganAt);
    } catch (error) {
      if (!left.aborted) logger.error({ err: error }, 'a start could not be written');
    }
  }

  return {
    begin: () => writeAfter(afterBeginMs, clock.now()),
    noteRan() {
      const beganAt = take();
      if (beganAt) writeAfter(afterRunMs, beganAt);
    },
    written() {
      writeNow();
      return writing;
    },
    async handOver() {
      const beganAt = take();
      await writing;
      return beganAt;
    },
    drop: () => void take(),
  };
}
