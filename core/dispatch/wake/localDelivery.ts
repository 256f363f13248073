import type { WakeSignals } from '../../redis/wakeSignals.ts';
import type { OwnedBackend } from '../backend/ownedBackends.ts';
import type { Leader } from '../leader/leader.ts';
import type { PlannedAssignment } from '../planner/plan.ts';
import type { BackendQueues } from './backendQueue.ts';

/*
 * What a dispatcher tells itself need not go over Redis: with one dispatcher that is everything, and each message
 * saved is a moment that a GPU does not stand still.
 */

/** Work for a backend of this dispatcher begins at once; what is lost on the way is found by the next look. */
export function createLocalDelivery(
  backendQueues: Pick<BackendQueues, 'ring'>,
  findOwned: (backendId: string) => OwnedBackend | undefined,
): (assignment: PlannedAssignment) => void {
  return ({ taskId, attempt, backendId, slot }) => {
    const owned = findOwned(backendId);
    if (!owned) {
      backendQueues.ring(backendId, { taskId, attempt });
      return;
    }
    const begun = { taskId, attempt, backendId, slot, state: 'assigned', promptId: null } as const;
    owned.owner.takeIn(
      [{ ...begun, startedAt: null, isOver: false, isRecalled: false }],
      Number.NEGATIVE_INFINITY,
    );
  };
}

/** A free slot is the leader's business, which may be here. */
export function createLocalWaking(
  wakeSignals: WakeSignals,
  leader: Pick<Leader, 'wake'>,
  leads: () => boolean,
): WakeSignals {
  return {
    ...wakeSignals,
    send(what) {
      if (what === 'slots' && leads()) leader.wake('slots');
      else wakeSignals.send(what);
    },
  };
}
