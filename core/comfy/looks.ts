import { ComfyFault, type HistoryEntry, type Outcome } from './comfy.ts';
import { type Followed, markStarted } from './followed.ts';
import type { FollowerDeps } from './follower.ts';

/** After a look that failed, the next one does not wait for the usual interval. */
const retryLookMs = 1_000;
const maxSilenceDoublings = 4;

/** Why a rest ends early; one for all, since it is made for every prompt. */
const due = new Error('a look is due');

export interface LookConfig {
  lookIntervalMs: number;
  silentAfterMs: number;
  forgottenAfterMs: number;
  unreachableAfterMs: number;
  stalledAfterMs: number;
}

/**
 * Looks at the queue and then the history, in this order: every few seconds while anything is followed, and at once
 * when `lookNow` says that something may have ended.
 */
export interface Looks {
  /** Keeps looking until nothing is followed. Calling it again does nothing. */
  keepLooking(): void;
  lookNow(): void;
  /** It was said to be over, and its history is there from then on: one request instead of two. */
  lookAtEnd(followed: Followed): void;
  /** The server gave a sign of life. */
  noteContact(): void;
}

interface LookState {
  readonly deps: FollowerDeps;
  readonly config: LookConfig;
  readonly all: ReadonlyMap<string, Followed>;
  lastContactMs: number;
  failedLooks: number;
}

export function createLooks(
  deps: FollowerDeps,
  config: LookConfig,
  all: ReadonlyMap<string, Followed>,
): Looks {
  const state: LookState = { deps, config, all, lastContactMs: deps.clock.monotonicMs(), failedLooks: 0 };
  let isLooking = false;
  let isLookDue = false;
  let pause = new AbortController();

  async function rest(ms: number) {
    pause = new AbortController();
    const { signal } = pause;
    await deps.clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  async function lookOn() {
    let pauseMs = config.lookIntervalMs;
    while (all.size > 0) {
      if (!isLookDue) await rest(pauseMs);
      isLookDue = false;
      pauseMs = await look(state);
    }
  }

  function lookNow(): void {
    if (all.size === 0) return;
    isLookDue = true;
    pause.abort(due);
  }

  return {
    keepLooking() {
      if (isLooking) return;
      isLooking = true;
      lookOn()
        .catch((error: unknown) => {
          // Nobody looks any more, so nobody may go on waiting.
          for (const followed of [...all.values()]) followed.reject(error);
        })
        .finally(() => {
          isLooking = false;
        });
    },
    lookNow,
    lookAtEnd(followed) {
      deps.history(followed.promptId).then(
        // Whatever is not as it should be is for the looks that know how to doubt.
        (entry) => (entry ? followed.settle(outcomeOf(entry)) : lookNow()),
        lookNow,
      );
    },
    noteContact() {
      state.lastContactMs = deps.clock.monotonicMs();
    },
  };
}

/** Resolves to the time until the next look. */
async function look(state: LookState): Promise<number> {
  const { deps, config, all } = state;
  // Only of those whose POST was settled before the look began does absence mean anything.
  const settled = new Set([...all.values()].filter((followed) => followed.posting === 'settled'));
  try {
    const queue = await deps.queue();
    const running = new Set(queue.running.map((item) => item.promptId));
    const pending = new Set(queue.pending.map((item) => item.promptId));
    for (const followed of all.values()) {
      if (running.has(followed.promptId)) seeRunning(state, followed);
      else if (pending.has(followed.promptId)) followed.absentSinceMs = undefined;
    }
    const away = [...settled].filter(({ promptId }) => !running.has(promptId) && !pending.has(promptId));
    const entries = await Promise.all(away.map((followed) => deps.history(followed.promptId)));
    for (const [index, followed] of away.entries()) {
      const entry = entries[index];
      if (entry) followed.settle(outcomeOf(entry));
      else seeAbsent(state, followed);
    }
    state.failedLooks = 0;
  } catch (error) {
    if (!(error instanceof ComfyFault)) throw error;
    deps.logger.debug({ err: error }, 'a look at a backend failed');
    state.failedLooks += 1;
    giveUpIfUnreachable(state);
    return Math.min(retryLookMs, config.lookIntervalMs);
  }
  const isOneMissed = [...all.values()].some((followed) => followed.absentSinceMs !== undefined);
  return isOneMissed ? Math.min(config.forgottenAfterMs, config.lookIntervalMs) : config.lookIntervalMs;
}

/**
 * A running prompt of ours must be heard of. Silence alone proves nothing against the socket, since steps and loads
 * are silent for minutes; reopening one that may be deaf does no harm.
 */
function seeRunning({ deps, config }: LookState, followed: Followed) {
  const nowMs = deps.clock.monotonicMs();
  followed.absentSinceMs = undefined;
  if (!followed.isStarted) {
    followed.heardAtMs = nowMs;
    followed.countedToMs = nowMs;
    markStarted(deps, followed);
  }
  const { openSinceMs } = deps.socket;
  if (!followed.isOurs || openSinceMs === undefined) return;
  followed.wordlessMs += nowMs - Math.max(followed.countedToMs, openSinceMs);
  followed.countedToMs = nowMs;
  if (followed.wordlessMs >= config.stalledAfterMs) followed.settle({ kind: 'stalled' });
  if (!deps.socket.mayBeDeaf) return;
  if (nowMs - Math.max(followed.heardAtMs, openSinceMs) < followed.silenceLimitMs) return;
  const longestMs = config.silentAfterMs * 2 ** maxSilenceDoublings;
  followed.silenceLimitMs = Math.min(longestMs, followed.silenceLimitMs * 2);
  deps.socket.reopen('the queue says running and the socket is silent');
}

/** One empty look proves nothing: queue and history are two calls, and a POST may just have been taken. */
function seeAbsent({ deps, config }: LookState, followed: Followed) {
  const nowMs = deps.clock.monotonicMs();
  followed.absentSinceMs ??= nowMs;
  if (nowMs - followed.absentSinceMs >= config.forgottenAfterMs && followed.absentSinceMs !== nowMs) {
    followed.settle({ kind: 'forgotten' });
  }
}

function giveUpIfUnreachable({ deps, config, all, lastContactMs, failedLooks }: LookState) {
  if (deps.socket.openSinceMs !== undefined || failedLooks < 2) return;
  if (deps.clock.monotonicMs() - lastContactMs < config.unreachableAfterMs) return;
  for (const followed of [...all.values()]) followed.settle({ kind: 'unreachable' });
}

/** An execution that ran to its end without a file has failed, whatever its status says. */
function outcomeOf(entry: HistoryEntry): Outcome {
  if (entry.result.kind !== 'succeeded') return entry.result;
  if (entry.outputs.length > 0) return { kind: 'succeeded', outputs: entry.outputs };
  const message = 'The execution succeeded without an output file.';
  return {
    kind: 'failed',
    failure: { reason: 'no-output', nodeId: undefined, nodeType: undefined, message },
  };
}
