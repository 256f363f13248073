import type { Fence } from '../../../tasks/ownerFence.ts';
import type { TakenSlot } from '../../takenSlots.ts';
import type { AttemptDeps, AttemptSignals } from '../attempt.ts';
import { problems } from '../decision.ts';
import { createAttemptMoves } from './attemptMoves.ts';
import { type AttemptEnd, fail, leaveIfLost } from './finishAttempt.ts';

/**
 * Fails the task of an attempt that broke off repeatedly by a fault of this program: the person gets the credits back
 * instead of waiting for ever. The next probe drops the prompt that the backend may still hold.
 */
export const failBrokenAttempt = (
  deps: Pick<AttemptDeps, 'database' | 'publisher' | 'clock' | 'logger' | 'wakeSignals'>,
  owner: Pick<Fence, 'owner' | 'epoch'>,
  { taskId, attempt, backendId, task }: TakenSlot,
  signals: AttemptSignals,
): Promise<AttemptEnd> => {
  const fence = { taskId, attempt, backendId, ...owner };
  const fault = 'it broke off on every try: the log of the dispatcher has the reason';
  const moves = createAttemptMoves(deps, fence, signals);
  return fail({ moves, task }, { error: problems.internal, fault }).catch(leaveIfLost(signals));
};
