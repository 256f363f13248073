import { ComfyFault } from '../../../../comfy/comfy.ts';
import { type AttemptDeps, AttemptLost, type Evicted, Recalled, Requeued } from '../attempt.ts';
import { type Elsewhere, elsewhere, problems } from '../decision.ts';
import type { RunningAttempt } from '../runningAttempt.ts';

/**
 * Takes the task of an attempt from its backend because that is not known to have begun it, or because an administrator
 * wants it. If the start message was lost, the task may be running or done. A recalled one then stays, and so does one
 * that is done: it counts as begun, and the next look at the slots follows it to its end. Only the history shows that it
 * is done, so it is read after the prompt was removed.
 * @returns how the task goes to another backend
 * @throws AttemptLost when it stays
 */
export async function stopUnstarted(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  reason: Evicted,
): Promise<Elsewhere> {
  // Other evicted tasks are on a backend that must be emptied, running or not.
  const stays = reason instanceof Recalled && (await hasBegun(deps, attempt));
  if (stays || (await attempt.remote.settle())) {
    await attempt.moves.started();
    throw new AttemptLost('it has begun, and is followed from the next look at the slots');
  }
  return leaveFor(reason);
}

/** Another backend is idle for a recalled task, and an administrator need not wait. */
export const leaveFor = (reason: Evicted): Elsewhere => ({
  ...elsewhere(reason.message, problems.backendLost, 'nobody', false),
  ...(reason instanceof Recalled || reason instanceof Requeued ? { retryAfterMs: 0, neverCounts: true } : {}),
});

async function hasBegun(
  { client, logger }: Pick<AttemptDeps, 'client' | 'logger'>,
  { fence, signals, remote: { promptId } }: RunningAttempt,
): Promise<boolean> {
  if (promptId === undefined) return false;
  try {
    const location = await client.locate(promptId, signals.left);
    return location === 'running' || location === 'finished';
  } catch (error) {
    signals.left.throwIfAborted();
    if (!(error instanceof ComfyFault)) throw error;
    logger.debug({ err: error, ...fence }, 'a backend could not be asked whether it began a recalled prompt');
    return false;
  }
}
