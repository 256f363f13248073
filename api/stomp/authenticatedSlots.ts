import type { Caller } from '@star-graph/core/people/identity/caller';
import { createConnectionSlots, streamOf } from '../limits/connectionSlots.ts';
import type { StompLimits } from './limits.ts';

/** A connection's slot among those of its person or service key. */
export interface AuthenticatedSlot {
  /** Whether the owner's connections together keep fewer bytes waiting, in and out, than allowed. */
  hasRoom(): boolean;
  leave(): void;
}

/**
 * Takes a slot. @param measure returns the bytes that the connection keeps waiting, which change all the time.
 * @throws Problem `quota-exceeded` when none is left.
 */
export type TakeAuthenticatedSlot = (caller: Caller, measure: () => number) => AuthenticatedSlot;

export function createAuthenticatedSlots(
  limits: Pick<StompLimits, 'socketsPerCaller' | 'personBytes'>,
): TakeAuthenticatedSlot {
  const takeSlot = createConnectionSlots(limits.socketsPerCaller);
  const connections = new Map<string, Set<() => number>>();
  return (caller, measure) => {
    const leaveSlot = takeSlot(caller);
    const { kind, id } = streamOf(caller);
    const owner = `${kind}:${id}`;
    const own = connections.get(owner) ?? new Set();
    connections.set(owner, own.add(measure));
    return {
      hasRoom: () => [...own].reduce((bytes, ofOne) => bytes + ofOne(), 0) <= limits.personBytes,
      leave() {
        leaveSlot();
        own.delete(measure);
        if (own.size === 0 && connections.get(owner) === own) connections.delete(owner);
      },
    };
  };
}
