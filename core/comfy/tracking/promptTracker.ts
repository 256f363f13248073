import { invariant } from '../../ground/errors.ts';
import type { ComfyClient, Outcome, PostResult } from '../comfy.ts';
import { parseBinaryFrame, parseTextFrame } from './messages.ts';
import { createPoller, type Poller, type PollerConfig, type PollerDeps } from './poller.ts';
import { applyMessage, applyPreview, createTrackedPrompt, type TrackedPrompt } from './trackedPrompt.ts';

export interface PromptTracker {
  readonly follow: ComfyClient['follow'];
  readonly isFollowing: boolean;
  /** `post` reports when it begins and how it ended. */
  notePosting(promptId: string): void;
  notePosted(promptId: string, result: PostResult): void;
  onText(text: string): void;
  onBinary(frame: Uint8Array): void;
  /** The server gave a sign of life. */
  noteContact(): void;
  /** A prompt may have ended without a message: the socket opened or closed, or a prompt was cancelled. */
  pollNow(): void;
  /** Every follow rejects with an `AbortError`. */
  close(): void;
}

type AllTracked = Map<string, TrackedPrompt>;

/**
 * Brings every followed execution to one outcome. The socket gives progress and hints (this file); the truth is read
 * from the queue and the history (`poller.ts`).
 */
export function createPromptTracker(deps: PollerDeps, config: PollerConfig): PromptTracker {
  const all: AllTracked = new Map();
  const poller = createPoller(deps, config, all);
  return {
    get isFollowing() {
      return all.size > 0;
    },
    follow: (execution, onEvent, signal) => {
      const { promptId, graph, alreadyPosted = false, isTimed = false } = execution;
      invariant(!all.has(promptId), `prompt ${promptId} is tracked already`);
      const { ended, settle, reject } = createEnding(all, promptId, signal);
      const options = { promptId, graph, alreadyPosted, isTimed, silentAfterMs: config.silentAfterMs };
      all.set(promptId, createTrackedPrompt(deps, options, { onEvent, settle, reject }));
      if (signal?.aborted) reject(signal.reason);
      if (alreadyPosted) poller.pollNow();
      poller.keepPolling();
      return ended;
    },
    notePosting(promptId) {
      const tracked = all.get(promptId);
      if (!tracked) return;
      tracked.posting = 'inFlight';
      tracked.isOurs = true;
    },
    notePosted(promptId, result) {
      const tracked = all.get(promptId);
      if (!tracked) return;
      tracked.posting = 'settled';
      if (result.kind === 'refused') tracked.settle({ kind: 'refused', refusal: result.refusal });
      if (result.kind === 'unknown' || result.kind === 'garbled') poller.pollNow();
    },
    onText: (text) => handleText(deps, all, poller, text),
    onBinary(frame) {
      const preview = parseBinaryFrame(frame);
      const tracked = preview && all.get(preview.promptId);
      if (tracked) applyPreview(deps, tracked, preview);
    },
    noteContact: poller.noteContact,
    pollNow: poller.pollNow,
    close() {
      const reason = new DOMException('the client was closed', 'AbortError');
      for (const tracked of [...all.values()]) tracked.reject(reason);
    },
  };
}

/** The promise of a follow, which ends once and then forgets the execution. */
function createEnding(all: AllTracked, promptId: string, signal: AbortSignal | undefined) {
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

function handleText(deps: PollerDeps, all: AllTracked, poller: Poller, text: string) {
  const message = parseTextFrame(text);
  if (!message || message.type === 'features') return;
  if (message.promptId === undefined) {
    // The first message of a reconnected socket: the running prompt is alive, and it does not say which.
    for (const tracked of all.values()) {
      if (tracked.isStarted) tracked.heardAtMs = deps.clock.monotonicMs();
    }
    return;
  }
  // Some messages about other people's prompts are broadcast to every socket.
  const tracked = all.get(message.promptId);
  if (!tracked) return;
  applyMessage(deps, tracked, message);
  if (message.type === 'executing' && message.nodeId === null) poller.readEnd(tracked);
}
