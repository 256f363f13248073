import type { LiveEvent } from './liveEvent.ts';
import { firstSeq, isCoveredBy, type Seq } from './seq.ts';

/**
 * Keeps the order where past events have to come before live ones.
 *
 * `open`: events pass. `suspended`: something was missed, and new events are dropped, since the past will contain
 * them. `filling`: the past is being read; facts that arrive meanwhile wait, progress is dropped. When the past ends,
 * the facts after its end follow and the buffer opens.
 *
 * The position moves past a delivered fact, and to the end of a past that was delivered completely: never past a gap.
 */
export interface CatchUpBuffer {
  /** The last fact that passed, or where the past ended. */
  position(): Seq;
  pass(event: LiveEvent): void;
  /** Events from now on do not follow the earlier ones: the past has to be read. */
  suspend(): void;
  isSuspended(): boolean;
  /**
   * @param fill hands the past to `deliver` and returns its end. Called again with that end when more events arrived
   * meanwhile than the buffer keeps. When it rejects, or the buffer is suspended meanwhile, the buffer stays
   * suspended at its position and `hold` has to be called again. One `hold` at a time.
   */
  hold(fill: (deliver: (event: LiveEvent) => void, from?: Seq) => Promise<Seq>): Promise<void>;
}

/** A snapshot stands for facts without numbers: its seq says nothing about its place. */
const isSnapshot = (event: LiveEvent): boolean => event.type === 'state_snapshot';

/** The stream keeps more, so it is read again rather than kept twice. */
const heldLimit = 1_000;
/** While a receiver takes the past slowly, later events wait in memory. */
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
    // It may be older than the past before it: then facts of that past have to follow it.
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
