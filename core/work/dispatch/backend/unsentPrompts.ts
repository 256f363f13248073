import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ComfyClient } from '../../../comfy/comfy.ts';
import type { TakenSlot } from '../takenSlots.ts';

/**
 * The prompt ids that were chosen here, to be saved with their assignments, and that were not sent yet. A saved id means
 * that the prompt may have been posted. Only its owner posts it, so where this owner knows that it did not, nobody has:
 * it is posted. What the owner does not know, because it died or forgot, is looked for on the backend.
 */
interface UnsentPrompts {
  choose(): string;
  /** A slot whose prompt was certainly not sent has none. */
  see(slot: TakenSlot): TakenSlot;
  /** A client from whose POST on a prompt may have arrived. */
  watch(client: ComfyClient): ComfyClient;
}

/** Each choice that was not assigned stays until as many others were made. */
const mostKept = 1_000;

export function createUnsentPrompts(): UnsentPrompts {
  const unsent = new LRUCache<string, true>({ max: mostKept });
  return {
    choose() {
      const promptId = randomUUID();
      unsent.set(promptId, true);
      return promptId;
    },
    see(slot) {
      const { promptId } = slot;
      if (promptId === null || !unsent.has(promptId)) return slot;
      return { ...slot, state: 'assigned', promptId: null, unsentPromptId: promptId };
    },
    watch: (client) => ({
      ...client,
      post(promptId, graph, options) {
        unsent.delete(promptId);
        return client.post(promptId, graph, options);
      },
    }),
  };
}
