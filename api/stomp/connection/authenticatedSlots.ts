import type { Caller } from '@star-graph/core/identity/caller';
import { createPlaces, streamOf } from '../../limits/connectionSlots.ts';
import type { StompLimits } from '../limits.ts';

/** A connection's place among those of its person or service key. */
export interface Membership {
  /** Whether the owner's connections together keep fewer bytes waiting, in and out, than allowed. */
  hasRoom(): boolean;
  leave(): void;
}

/**
 * Takes a place. @param measure returns the bytes that the connection keeps waiting, which change all the time.
 * @throws Problem `quota-exceeded` when no place is left.
 */
export type Join = (caller: Caller, measure: () => number) => Membership;

export function createMembers(limits: Pick<StompLimits, 'socketsPerCaller' | 'personBytes'>): Join {
  const takePlace = createPlaces(limits.socketsPerCaller);
  const connections = new Map<string, Set<() => number>>();
  return (caller, measure) => {
    const leavePlace = takePlace(caller);
    const { kind, id } = streamOf(caller);
    const owner = `${kind}:${id}`;
    const own = connections.get(owner) ?? new Set();
    connections.set(owner, own.add(measure));
    return {
      hasRoom: () => [...own].reduce((bytes, ofOne) => bytes + ofOne(), 0) <= limits.personBytes,
      leave() {
        leavePlace();
        own.delete(measure);
        if (own.size === 0 && connections.get(owner) === own) connections.delete(owner);
      },
    };
  };
}
