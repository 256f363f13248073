import type { Graph } from '@star-graph/workflows/graph/graph';
import type { Logger } from 'pino';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { ExecutionEvent, Outcome } from '../comfy.ts';
import type { PreviewFrame, ServerMessage } from './messages.ts';
import { createProgress, type GraphProgress } from './progress.ts';

/** Larger than any preview; a node may send a final image as one. */
const maxPreviewBytes = 1024 * 1024;

/**
 * One followed execution.
 *
 * `posting`: `unposted` → (`post` begins) → `inFlight` → (its answer came, or was lost) → `settled`. Only a settled
 * prompt can be missing: before that the server may not know it yet.
 */
export interface TrackedPrompt {
  readonly promptId: string;
  readonly graph: Graph;
  readonly progress: GraphProgress;
  readonly onEvent: (event: ExecutionEvent) => void;
  posting: 'unposted' | 'inFlight' | 'settled';
  /** Whether it was posted under this client's id, so that the socket should speak of it. */
  isOurs: boolean;
  readonly isTimed: boolean;
  isStarted: boolean;
  /** Clock time of the first poll of the present series that found it nowhere. */
  absentSinceMs: number | undefined;
  /** Clock time of its last sign: a message, or the start of a connection that should bring one. */
  heardAtMs: number;
  /**
   * How long it may be silent before a socket that may be deaf is reopened. Doubles each time, since loading is
   * silent too.
   */
  silenceLimitMs: number;
  /** How long polls saw it run, with the socket open, since its last message. */
  wordlessMs: number;
  /** Clock time up to which `wordlessMs` counts. */
  countedToMs: number;
  /** Ends the follow, once. */
  settle(outcome: Outcome): void;
  reject(reason: unknown): void;
}

export function createTrackedPrompt(
  deps: { clock: Clock },
  options: {
    promptId: string;
    graph: Graph;
    alreadyPosted: boolean;
    isTimed?: boolean;
    silentAfterMs: number;
  },
  listener: Pick<TrackedPrompt, 'onEvent' | 'settle' | 'reject'>,
): TrackedPrompt {
  return {
    promptId: options.promptId,
    graph: options.graph,
    progress: createProgress(options.graph),
    ...listener,
    posting: options.alreadyPosted ? 'settled' : 'unposted',
    isOurs: false,
    isTimed: options.isTimed ?? false,
    isStarted: false,
    absentSinceMs: undefined,
    heardAtMs: deps.clock.monotonicMs(),
    silenceLimitMs: options.silentAfterMs,
    wordlessMs: 0,
    countedToMs: deps.clock.monotonicMs(),
  };
}

/** A message about this very prompt. What a new socket is told about the current node comes from a dead worker too. */
function noteWord({ clock }: { clock: Clock }, tracked: TrackedPrompt) {
  tracked.heardAtMs = clock.monotonicMs();
  tracked.countedToMs = tracked.heardAtMs;
  tracked.wordlessMs = 0;
}

/** Called from the socket's handler: a fault of the listener must not end the reading. */
function emit(deps: { logger: Logger }, tracked: TrackedPrompt, event: ExecutionEvent | undefined) {
  if (!event) return;
  try {
    tracked.onEvent(event);
  } catch (error) {
    deps.logger.error({ err: error, promptId: tracked.promptId }, 'a listener of an execution threw');
  }
}

export function markStarted(deps: { logger: Logger }, tracked: TrackedPrompt) {
  if (tracked.isStarted) return;
  tracked.isStarted = true;
  emit(deps, tracked, { type: 'started' });
}

/** Takes a message about this execution. The ones that follow `execution_start` stand in for it if it was lost. */
export function applyMessage(
  deps: { clock: Clock; logger: Logger },
  tracked: TrackedPrompt,
  message: ServerMessage,
) {
  noteWord(deps, tracked);
  markStarted(deps, tracked);
  const { progress } = tracked;
  switch (message.type) {
    case 'cached':
      return emit(deps, tracked, progress.finish(message.nodeIds));
    case 'executing':
      return emit(deps, tracked, message.nodeId === null ? undefined : progress.enter(message.nodeId));
    case 'executed':
      if (message.files.length > 0) emit(deps, tracked, { type: 'output', files: message.files });
      return emit(deps, tracked, progress.finish([message.nodeId]));
    case 'progress':
      return emit(deps, tracked, progress.advance(message.nodes));
    case 'ended':
      return emit(deps, tracked, message.isSuccess ? progress.complete() : undefined);
  }
}

/** SaveImageWebsocket sends its final image as if it were a preview. */
export function applyPreview(
  deps: { clock: Clock; logger: Logger },
  tracked: TrackedPrompt,
  frame: PreviewFrame,
) {
  noteWord(deps, tracked);
  if (frame.bytes.byteLength > maxPreviewBytes) return;
  if (tracked.graph[frame.nodeId]?.class_type === 'SaveImageWebsocket') return;
  const { nodeId, mime, bytes } = frame;
  emit(deps, tracked, { type: 'preview', nodeId, mime, bytes });
}
