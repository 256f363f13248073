import type { Graph } from '@star-graph/workflows/graph/graph';
import type { OutputFile, PostOptions, PostResult } from '../../../../comfy/comfy.ts';
import type { AttemptDeps } from '../attempt.ts';
import type { AttemptOutcome } from '../decision.ts';
import { type Removal, removePrompt } from './removePrompt.ts';

/** The prompt of an attempt that its backend may hold: from its POST until it is seen to be gone. */
export interface RemotePrompt {
  /** Undefined while nothing can be on the backend. */
  readonly promptId: string | undefined;
  /** How this owner's POST was answered; undefined before that, and where an earlier owner posted it. */
  readonly answer: PostResult['kind'] | undefined;
  /** Sends it once. If the answer is lost, the follow finds out what happened to it. */
  post(promptId: string, graph: Graph, options: PostOptions): Promise<void>;
  /**
   * Afterwards the backend does not hold it, or is declared down and gets no work.
   * @param ended what is known about its end.
   * @returns the outputs if it succeeded before it could be stopped.
   */
  settle(ended?: AttemptOutcome['kind']): Promise<readonly OutputFile[] | undefined>;
  /**
   * Resolves when it is removed, however long that takes, or when the backend does not answer. A prompt that the
   * backend keeps holding is reported, so that no task waits behind it. Its slot stays taken.
   */
  remove(): Promise<void>;
}

/** @param savedId of a prompt that was posted before, perhaps by another owner. */
export function createRemotePrompt(
  deps: Pick<AttemptDeps, 'client' | 'clock' | 'logger' | 'health' | 'limits'>,
  savedId: string | undefined,
  left: AbortSignal,
): RemotePrompt {
  let promptId = savedId;
  let answer: PostResult['kind'] | undefined;

  async function removeOnce(id: string): Promise<Removal> {
    // No POST of it can still be on its way. An error does not prove that: it may come from a gateway that stopped
    // waiting.
    const isPostSettled = answer === 'accepted' || answer === 'refused';
    const end = await removePrompt(deps, { promptId: id, isPostSettled }, deps.limits.removePromptMs, left);
    if (end.kind === 'dead') await deps.health.reportDown('it did not answer');
    if (end.kind === 'stuck') await deps.health.reportDown('it does not stop', id);
    return end;
  }

  return {
    get promptId() {
      return promptId;
    },
    get answer() {
      return answer;
    },
    async post(id, graph, options) {
      promptId = id;
      // Without a signal: an aborted POST may still have arrived, and a settled one can be cancelled.
      answer = (await deps.client.post(id, graph, options)).kind;
    },
    async settle(ended) {
      if (ended === 'unreachable') await deps.health.reportDown('it did not answer');
      // Read from the history, or not held at all; or the server does not answer.
      const isKnown =
        ended === 'succeeded' || ended === 'failed' || ended === 'interrupted' || ended === 'forgotten';
      if (promptId === undefined || isKnown || ended === 'unreachable') return undefined;
      const end = await removeOnce(promptId);
      return end.kind === 'ran' ? end.outputs : undefined;
    },
    async remove() {
      if (promptId === undefined) return;
      let end: Removal;
      do end = await removeOnce(promptId);
      while (end.kind === 'stuck');
    },
  };
}
