import type { LiveEvent } from '../live/liveEvent.ts';
import { firstSeq, isCoveredBy, type Seq } from '../seq.ts';

/**
 * Keeps the order when events from the past have to come before live ones.
 *
 * `open`: events pass. `suspended`: something was missed, and whatever comes is dropped, since the past will tell it.
 * `filling`: the past is being read; facts that come meanwhile wait, progress is dropped. When the past ends, the facts
 * behind its end follow and the buffer opens.
 *
 * The position moves past a fact when it was delivered, and to the end of a past when all of it was: never past a gap.
 */
export interface CatchUpBuffer {
  /** The last fact that passed, or where the past ended. */
  position(): Seq;
  pass(event: LiveEvent): void;
  /** What comes from now on does not follow on what came before: the past has to be read. */
  suspend(): void;
  isSuspended(): boolean;
  /**
   * @param fill hands the past to `deliver` and answers where it ends. Called again, with that end, when more came
   * meanwhile than is kept waiting. When it rejects, or the buffer is suspended meanwhile, the buffer is suspended at its
   * position and `hold` has to be called again. One `hold` at a time.
   */
  hold(fill: (deliver: (event: LiveEvent) => void, from?: Seq) => Promise<Seq>): Promise<void>;
}

/** A snapshot stands for facts that nobody numbered: its seq says nothing about its place. */
const isSnapshot = (event: LiveEvent): boolean => event.type === 'state_snapshot';

/** The stream keeps more, and is read again rather than kept twice. */
const heldLimit = 1_000;
/** A receiver that takes the past slowly has what comes behind it wait in memory. */
const heldLimitBytes = 1024 * 1024;

export function createCatchUpBuffer(
  deliver: (event: LiveEvent) => void,
  start: Seq = firstSeq,
): CatchUpBuffer {
  let position = start;
  let state: 'open' | 'suspended' | 'filling' = 'open';
  let held: LiveEvent[] = [];
  let heldBytes = 0;
  let hasOverflowed = false;
  let isInterrupted = false;

  const note = (event: LiveEvent): void => {
    if (event.seq && !isSnapshot(event)) position = event.seq;
  };
  const release = (event: LiveEvent): void => {
    if (event.seq && !isSnapshot(event) && isCoveredBy(event.seq, position)) return;
    deliver(event);
    // It may be older than the past that came before it: then facts that were in that past have to follow it.
    if (isSnapshot(event)) position = firstSeq;
    else note(event);
  };
  const empty = (): void => {
    held = [];
    heldBytes = 0;
    hasOverflowed = false;
  };

  return {
    position: () => position,
    pass(event) {
      if (state === 'open') release(event);
      else if (state === 'filling' && event.seq && !hasOverflowed) {
        held.push(event);
        heldBytes += event.body.length;
        if (held.length <= heldLimit && heldBytes <= heldLimitBytes) return;
        held = [];
        hasOverflowed = true;
      }
    },
    suspend() {
      if (state === 'open') state = 'suspended';
      else isInterrupted = true;
    },
    isSuspended: () => state === 'suspended',
    async hold(fill) {
      state = 'filling';
      isInterrupted = false;
      const deliverPast = (event: LiveEvent): void => {
        deliver(event);
        note(event);
      };
      try {
        empty();
        position = await fill(deliverPast);
        while (hasOverflowed && !isInterrupted) {
          empty();
          position = await fill(deliverPast, position);
        }
        if (isInterrupted) return;
        const rest = held;
        empty();
        state = 'open';
        for (const event of rest) release(event);
      } finally {
        empty();
        if (state === 'filling') state = 'suspended';
      }
    },
  };
}
