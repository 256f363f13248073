import { randomUUID } from 'node:crypto';
import type { TakenSlot } from '../../takenSlots.ts';
import type { AssignedAttempt, AttemptDeps, OwnPrompt } from '../attempt.ts';
import type { Decision } from '../decision.ts';
import { classifyPreparationFault } from './preparationFault.ts';
import { prepareGraph, rebindGraph } from './prepareGraph.ts';

/** The prompt to follow: the saved one, or a new one whose id is saved before anything is sent. */
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
    const graph = await prepareGraph(deps, attempt);
    return { promptId: randomUUID(), graph, alreadyPosted: false, startedAt: null };
  } catch (error) {
    attempt.signals.run.throwIfAborted();
    deps.logger.warn({ err: error, ...attempt.fence }, 'an attempt could not be prepared');
    return { decision: classifyPreparationFault(error) };
  }
}
