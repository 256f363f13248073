import type { Graph } from '@star-graph/workflows/graph/graph';
import type { OutputFile, PostResult } from '../../comfy/comfy.ts';
import type { AttemptDeps } from './attempt.ts';
import type { AttemptOutcome } from './classifyOutcome.ts';
import { type Removal, removePrompt } from './removePrompt.ts';

/** The prompt of an attempt as its backend may hold it: from its POST until it was seen to be gone. */
export interface RemotePrompt {
  /** Undefined while nothing can be on the backend. */
  readonly promptId: string | undefined;
  /** How this owner's POST was answered; undefined before that, and where an earlier owner posted it. */
  readonly answer: PostResult['kind'] | undefined;
  /** Sends it once. Where the answer is lost, the follow finds out what became of it. */
  post(promptId: string, graph: Graph): Promise<void>;
  /**
   * After this the backend does not hold it, or is declared down and nothing goes there.
   * @param ended what is known of its end.
   * @returns the outputs where it had run to success before it could be stopped.
   */
  settle(ended?: AttemptOutcome['kind']): Promise<readonly OutputFile[] | undefined>;
  /**
   * Resolves when it is removed, however long that takes, or the backend does not answer. One that the backend goes on
   * holding is reported, so that nothing waits behind it meanwhile; the slot stays taken.
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
    // No POST of it can still be on its way. An error may come from a gateway that gave up waiting for the server.
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
    async post(id, graph) {
      promptId = id;
      // Without a signal: a POST that is cut off may have arrived all the same, and a settled one can be cancelled.
      answer = (await deps.client.post(id, graph)).kind;
    },
    async settle(ended) {
      if (ended === 'unreachable') await deps.health.reportDown('it did not answer');
      // Read from the history, or not held at all; or the server is not there to be asked.
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
