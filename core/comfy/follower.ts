import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { invariant } from '../errors.ts';
import type { ComfyClient, Outcome, PostResult } from './comfy.ts';
import { createFollowed, type Followed, hear, hearPreview } from './followed.ts';
import { createLooks, type LookConfig, type Looks } from './looks.ts';
import { parseBinaryFrame, parseTextFrame } from './messages.ts';
import type { ComfySocket } from './socket.ts';

/** What the follower needs of the rest of the client. */
export interface FollowerDeps extends Pick<ComfyClient, 'queue' | 'history'> {
  clock: Clock;
  logger: Logger;
  socket: Pick<ComfySocket, 'openSinceMs' | 'mayBeDeaf' | 'reopen'>;
}

export interface Follower {
  readonly follow: ComfyClient['follow'];
  readonly isFollowing: boolean;
  /** `post` tells when it begins and how it ended. */
  notePosting(promptId: string): void;
  notePosted(promptId: string, result: PostResult): void;
  onText(text: string): void;
  onBinary(frame: Uint8Array): void;
  /** The server gave a sign of life. */
  noteContact(): void;
  /** Something may have ended unheard: the socket opened or closed, or a prompt was cancelled. */
  lookNow(): void;
  /** Every follow rejects with an `AbortError`. */
  close(): void;
}

type AllFollowed = Map<string, Followed>;

/**
 * Brings every followed execution to one outcome. The socket gives progress and hints (this file); the truth is read
 * from the queue and the history (`looks.ts`).
 */
export function createFollower(deps: FollowerDeps, config: LookConfig): Follower {
  const all: AllFollowed = new Map();
  const looks = createLooks(deps, config, all);
  return {
    get isFollowing() {
      return all.size > 0;
    },
    follow: (execution, onEvent, signal) => {
      const { promptId, graph, alreadyPosted = false } = execution;
      invariant(!all.has(promptId), `prompt ${promptId} is followed already`);
      const { ended, settle, reject } = createEnding(all, promptId, signal);
      const options = { promptId, graph, alreadyPosted, silentAfterMs: config.silentAfterMs };
      all.set(promptId, createFollowed(deps, options, { onEvent, settle, reject }));
      if (signal?.aborted) reject(signal.reason);
      if (alreadyPosted) looks.lookNow();
      looks.keepLooking();
      return ended;
    },
    notePosting(promptId) {
      const followed = all.get(promptId);
      if (!followed) return;
      followed.posting = 'inFlight';
      followed.isOurs = true;
    },
    notePosted(promptId, result) {
      const followed = all.get(promptId);
      if (!followed) return;
      followed.posting = 'settled';
      if (result.kind === 'refused') followed.settle({ kind: 'refused', refusal: result.refusal });
      if (result.kind === 'unknown' || result.kind === 'garbled') looks.lookNow();
    },
    onText: (text) => handleText(deps, all, looks, text),
    onBinary(frame) {
      const preview = parseBinaryFrame(frame);
      const followed = preview && all.get(preview.promptId);
      if (followed) hearPreview(deps, followed, preview);
    },
    noteContact: looks.noteContact,
    lookNow: looks.lookNow,
    close() {
      const reason = new DOMException('the client was closed', 'AbortError');
      for (const followed of [...all.values()]) followed.reject(reason);
    },
  };
}

/** The promise of a follow, which ends once and then forgets the execution. */
function createEnding(all: AllFollowed, promptId: string, signal: AbortSignal | undefined) {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const end = (finish: () => void) => {
    if (!all.delete(promptId)) return;
    signal?.removeEventListener('abort', onAbort);
    finish();
  };
  const onAbort = () => end(() => reject(signal?.reason));
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    ended: promise,
    settle: (outcome: Outcome) => end(() => resolve(outcome)),
    reject: (reason: unknown) => end(() => reject(reason)),
  };
}

function handleText(deps: FollowerDeps, all: AllFollowed, looks: Looks, text: string) {
  const message = parseTextFrame(text);
  if (!message || message.type === 'features') return;
  if (message.promptId === undefined) {
    // What a reconnected socket is told first: the running prompt is alive, whichever it is.
    for (const followed of all.values()) {
      if (followed.isStarted) followed.heardAtMs = deps.clock.monotonicMs();
    }
    return;
  }
  // Of other people's prompts some messages are broadcast to every socket.
  const followed = all.get(message.promptId);
  if (!followed) return;
  hear(deps, followed, message);
  if (message.type === 'executing' && message.nodeId === null) looks.lookAtEnd(followed);
}
