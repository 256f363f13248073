import type { OutputFile, PostResult } from '../../comfy/comfy.ts';
import type { Attempt, AttemptDeps } from './attempt.ts';
import type { Followed } from './followPrompt.ts';
import { type Removal, removePrompt } from './removePrompt.ts';

/** Between the promptId's being saved and the slot's being given back, the backend may hold the prompt. */
export interface RemotePrompt {
  promptId: string | undefined;
  /** How this owner's POST of it was answered; undefined before that, and where an earlier owner posted it. */
  postAnswer: PostResult['kind'] | undefined;
}

/**
 * After this the backend does not hold the prompt, or it is declared down and nothing goes there.
 * @returns the outputs where it had run to success before it could be stopped.
 */
export async function settleRemotePrompt(
  deps: AttemptDeps,
  attempt: Attempt,
  remote: RemotePrompt,
  followed: Followed | undefined,
): Promise<readonly OutputFile[] | undefined> {
  const { promptId } = remote;
  const kind = followed?.outcome.kind;
  if (kind === 'unreachable') await deps.health.reportDown('it did not answer');
  // These were read from the history, or are the very fact of not being held; or the server is not there to be asked.
  const isRead = kind === 'succeeded' || kind === 'failed' || kind === 'interrupted' || kind === 'forgotten';
  if (promptId === undefined || isRead || kind === 'unreachable') return undefined;
  const end = await removeOnce(deps, remote, promptId, attempt.signals.left);
  return end.kind === 'ran' ? end.outputs : undefined;
}

/**
 * Resolves when the prompt is removed, however long that takes, or does not answer. One that goes on holding the
 * prompt is reported, so that nothing waits behind it meanwhile; the slot stays taken.
 */
export async function emptyBackend(
  deps: AttemptDeps,
  remote: RemotePrompt,
  left: AbortSignal,
): Promise<void> {
  const { promptId } = remote;
  if (promptId === undefined) return;
  let end: Removal;
  do end = await removeOnce(deps, remote, promptId, left);
  while (end.kind === 'stuck');
}

async function removeOnce(
  deps: AttemptDeps,
  { postAnswer }: RemotePrompt,
  promptId: string,
  left: AbortSignal,
): Promise<Removal> {
  // No POST of it can still be on its way. An error may come from a gateway that gave up waiting for the server.
  const isPostSettled = postAnswer === 'accepted' || postAnswer === 'refused';
  const end = await removePrompt(deps, { promptId, isPostSettled }, deps.limits.removePromptMs, left);
  if (end.kind === 'dead') await deps.health.reportDown('it did not answer');
  if (end.kind === 'stuck') await deps.health.reportDown('it does not stop', promptId);
  return end;
}
