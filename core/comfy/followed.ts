import type { Graph } from '@star-graph/workflows/graph';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ExecutionEvent, Outcome } from './comfy.ts';
import type { PreviewFrame, ServerMessage } from './messages.ts';
import { createProgress, type Progress } from './progress.ts';

/** Previews are a courtesy; a final image that a node sends as one is not. */
const maxPreviewBytes = 1024 * 1024;

/**
 * One execution that somebody follows.
 *
 * `posting`: `unposted` → (`post` begins) → `inFlight` → (its answer came, or was lost) → `settled`. Only a settled
 * prompt can be missed: before that the server may simply not know it yet.
 */
export interface Followed {
  readonly promptId: string;
  readonly graph: Graph;
  readonly progress: Progress;
  readonly onEvent: (event: ExecutionEvent) => void;
  posting: 'unposted' | 'inFlight' | 'settled';
  /** Whether it was posted under this client's id, so that the socket should speak of it. */
  isOurs: boolean;
  isStarted: boolean;
  /** Clock time of the first of the looks in a row that found it nowhere. */
  absentSinceMs: number | undefined;
  /** Clock time of the last sign of it: a message, or the start of a connection that should bring some. */
  heardAtMs: number;
  /** How long it may run in silence before a socket that may be deaf is reopened; doubles each time, since loading is silent too. */
  silenceLimitMs: number;
  /** How long looks saw it run, with the socket open, since the last word of it. */
  wordlessMs: number;
  /** Clock time up to which `wordlessMs` counts. */
  countedToMs: number;
  /** Ends the follow, once. */
  settle(outcome: Outcome): void;
  reject(reason: unknown): void;
}

export function createFollowed(
  deps: { clock: Clock },
  options: { promptId: string; graph: Graph; alreadyPosted: boolean; silentAfterMs: number },
  listener: Pick<Followed, 'onEvent' | 'settle' | 'reject'>,
): Followed {
  return {
    promptId: options.promptId,
    graph: options.graph,
    progress: createProgress(options.graph),
    ...listener,
    posting: options.alreadyPosted ? 'settled' : 'unposted',
    isOurs: false,
    isStarted: false,
    absentSinceMs: undefined,
    heardAtMs: deps.clock.monotonicMs(),
    silenceLimitMs: options.silentAfterMs,
    wordlessMs: 0,
    countedToMs: deps.clock.monotonicMs(),
  };
}

/** A message of this very prompt. What a new socket is told of the node at work comes from a dead worker as well. */
function noteWord({ clock }: { clock: Clock }, followed: Followed) {
  followed.heardAtMs = clock.monotonicMs();
  followed.countedToMs = followed.heardAtMs;
  followed.wordlessMs = 0;
}

/** Called from the socket's handler: whatever the listener does must not end the reading. */
export function emit(deps: { logger: Logger }, followed: Followed, event: ExecutionEvent | undefined) {
  if (!event) return;
  try {
    followed.onEvent(event);
  } catch (error) {
    deps.logger.error({ err: error, promptId: followed.promptId }, 'a listener of an execution threw');
  }
}

export function markStarted(deps: { logger: Logger }, followed: Followed) {
  if (followed.isStarted) return;
  followed.isStarted = true;
  emit(deps, followed, { type: 'started' });
}

/** Takes in a message of this execution. The ones that follow `execution_start` stand in for it if it was lost. */
export function hear(deps: { clock: Clock; logger: Logger }, followed: Followed, message: ServerMessage) {
  noteWord(deps, followed);
  markStarted(deps, followed);
  const { progress } = followed;
  switch (message.type) {
    case 'cached':
      return emit(deps, followed, progress.finish(message.nodeIds));
    case 'executing':
      return emit(deps, followed, message.nodeId === null ? undefined : progress.enter(message.nodeId));
    case 'executed':
      return emit(deps, followed, progress.finish([message.nodeId]));
    case 'progress':
      return emit(deps, followed, progress.advance(message.nodes));
    case 'verdict':
      return emit(deps, followed, message.isSuccess ? progress.complete() : undefined);
  }
}

/** SaveImageWebsocket sends its final image as if it were a preview. */
export function hearPreview(deps: { clock: Clock; logger: Logger }, followed: Followed, frame: PreviewFrame) {
  noteWord(deps, followed);
  if (frame.bytes.byteLength > maxPreviewBytes) return;
  if (followed.graph[frame.nodeId]?.class_type === 'SaveImageWebsocket') return;
  const { nodeId, mime, bytes } = frame;
  emit(deps, followed, { type: 'preview', nodeId, mime, bytes });
}
