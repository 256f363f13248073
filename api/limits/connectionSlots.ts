import { Problem } from '@star-graph/core/ground/errors';
import type { StreamName } from '@star-graph/core/ground/redis/redisKeys';
import type { Caller } from '@star-graph/core/people/identity/caller';
import { createNamedSemaphore } from './namedSemaphore.ts';

/** Whose events a caller gets: a person their own, a service key those of the tasks made through it. */
export const streamOf = (caller: Caller): StreamName =>
  caller.kind === 'service' ? { kind: 'key', id: caller.apiKeyId } : { kind: 'user', id: caller.account.id };

/**
 * Takes one of the slots of a person or a service key on this process, until the returned function is called.
 * @throws Problem `quota-exceeded` when none is left.
 */
export type TakeConnectionSlot = (caller: Caller) => () => void;

export function createConnectionSlots(limit: number): TakeConnectionSlot {
  const slots = createNamedSemaphore(limit);
  return (caller) => {
    const { kind, id } = streamOf(caller);
    const leaveSlot = slots.take(`${kind}:${id}`);
    if (!leaveSlot)
      throw new Problem('quota-exceeded', `${limit} connections are open already. Close one first.`);
    return leaveSlot;
  };
}
