import type { LiveEvent } from './liveEvent.ts';
import { isAfter, type Seq } from './seq.ts';

/**
 * Keeps the order when events from the past have to come before live ones.
 *
 * `open`: events pass through. `held`: somebody fills in the past; facts wait, progress is dropped. When the past
 * ends at a seq, the facts behind it follow and the gate opens.
 */
export interface Gate {
  pass(event: LiveEvent): void;
  /**
   * @param fill hands the past to `deliver` and answers where it ends; facts that were held and are not after that
   * are part of it. When it rejects, the gate stays held, what it held is gone, and `fill` has to be called again.
   */
  hold(fill: (deliver: (event: LiveEvent) => void) => Promise<Seq>): Promise<void>;
}

/** A snapshot stands for facts that nobody numbered: its seq says nothing about its place. */
const isSnapshot = (event: LiveEvent): boolean => event.type === 'state_snapshot';

/** More facts than a stream keeps: the past has to be read again anyway. */
const heldLimit = 1_000;

export function createGate(deliver: (event: LiveEvent) => void): Gate {
  let held: LiveEvent[] | undefined;
  return {
    pass(event) {
      if (!held) deliver(event);
      else if (event.seq) held.push(event);
    },
    async hold(fill) {
      held ??= [];
      try {
        const end = await fill(deliver);
        if (held.length > heldLimit) throw new Error('too many events came while the past was read');
        const rest = held.filter((event) => isSnapshot(event) || (event.seq && isAfter(event.seq, end)));
        held = undefined;
        for (const event of rest) deliver(event);
      } catch (error) {
        held = [];
        throw error;
      }
    },
  };
}
