import { randomUUID } from 'node:crypto';
import { retryWrite } from '../../../../ground/db/retryWrite.ts';
import { isWithheld } from '../../../../people/safety/readQuarantines.ts';
import type { TakenSlot } from '../../takenSlots.ts';
import type { AssignedAttempt, AttemptDeps, OwnPrompt } from '../attempt.ts';
import { type Decision, problems } from '../decision.ts';
import { classifyPreparationFault } from './preparationFault.ts';
import { InputUnusable, prepareGraph, rebindGraph } from './prepareGraph.ts';

/** The prompt to follow: one that may have been posted, or one whose id is saved before anything is sent. */
export async function preparePrompt(
  deps: AttemptDeps,
  attempt: AssignedAttempt,
  slot: TakenSlot,
): Promise<OwnPrompt | { decision: Decision }> {
  const { startedAt } = slot;
  try {
    if (slot.promptId !== null)
      return {
        promptId: slot.promptId,
        graph: await rebindGraph(deps, attempt),
        alreadyPosted: true,
        startedAt,
      };
    await requireNoneWithheld(deps, attempt);
    const graph = await prepareGraph(deps, attempt);
    const { unsentPromptId } = slot;
    const promptId = unsentPromptId ?? randomUUID();
    return { promptId, isSaved: unsentPromptId !== undefined, graph, alreadyPosted: false, startedAt: null };
  } catch (error) {
    attempt.signals.run.throwIfAborted();
    deps.logger.warn({ err: error, ...attempt.fence }, 'an attempt could not be prepared');
    return { decision: classifyPreparationFault(error) };
  }
}

/** Its task was accepted before an input was withheld. */
async function requireNoneWithheld(deps: AttemptDeps, { task, signals }: AssignedAttempt): Promise<void> {
  const keys = Object.values(task.images).map(({ storageKey }) => storageKey);
  if (keys.length === 0) return;
  if (await retryWrite(deps, () => isWithheld(deps.database, keys), signals.run))
    throw new InputUnusable('an input is withheld', problems.inputWithheld);
}
