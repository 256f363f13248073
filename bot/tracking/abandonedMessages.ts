import type { MessageRef } from './messageRef.ts';

/** The fate of recent tasks' messages, for requests that failed. */
interface AbandonedMessages {
  /** The task of this message was seen. */
  noteServed(message: Pick<MessageRef, 'm' | 't'>): void;
  /** Whether the task of the message that answers the interaction with this token was seen. */
  isServed(token: string): boolean;
  /**
   * The request for this message's task failed, and it is unknown whether it was accepted.
   * @returns false when its task was seen: then the request was accepted after all.
   */
  abandon(messageId: string): boolean;
  has(messageId: string): boolean;
}

/** Requests are decided within minutes; messages beyond this number are decided. */
const rememberedAtMost = 10_000;

export function createAbandonedMessages(): AbandonedMessages {
  const served = new Set<string>();
  const tokens = new Set<string>();
  const abandoned = new Set<string>();
  return {
    noteServed({ m, t }) {
      remember(served, m);
      remember(tokens, t);
    },
    isServed: (token) => tokens.has(token),
    abandon(messageId) {
      if (served.has(messageId)) return false;
      remember(abandoned, messageId);
      return true;
    },
    has: (messageId) => abandoned.has(messageId),
  };
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size <= rememberedAtMost) return;
  const [oldest] = ids;
  if (oldest !== undefined) ids.delete(oldest);
}
