import { backoffMs, retryWrite } from '../../../../ground/db/retryWrite.ts';
import { type AttemptDeps, AttemptLost, type OwnPrompt } from '../attempt.ts';
import type { RunningAttempt } from '../runningAttempt.ts';

/**
 * Waits for its turn, saves the id, and sends the prompt while the backend is certainly still ours. An id that was not
 * saved with the assignment is not saved before the turn: the next owner of a backend would look for a prompt that was
 * never sent, which takes it some seconds.
 */
export async function postPrompt(
  deps: AttemptDeps,
  { moves, remote, signals }: RunningAttempt,
  { promptId, graph, isSaved = false }: OwnPrompt,
): Promise<void> {
  await deps.turn.comes(signals.run);
  if (!isSaved) {
    if (!(await moves.posted(promptId))) throw new AttemptLost('the task or the backend is no longer ours');
  }
  await requirePermit(deps, signals.left);
  signals.run.throwIfAborted();
  // Whoever watches may come later than the prompt, which cannot be changed then.
  await remote.post(promptId, graph, { withPreviews: deps.progress.hasPreviews });
  deps.turn.pass();
}

/** No other owner has taken the backend, and none can before the POST arrives. */
async function requirePermit(deps: AttemptDeps, left: AbortSignal): Promise<void> {
  for (let tries = 0; !deps.permit.isYoung(); tries++) {
    if (!(await retryWrite(deps, () => deps.permit.renew(), left)))
      throw new AttemptLost('the backend has another owner');
    // A renewal that took half a lease is old when it arrives.
    if (!deps.permit.isYoung()) await deps.clock.sleep(backoffMs(tries), left);
  }
}
