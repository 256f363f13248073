import type { Logger } from 'pino';
import type { Clock } from '../../ground/runtime/clock.ts';
import { type ComfyClient, ComfyFault, type HistoryEntry, type Outcome } from '../comfy.ts';
import type { ComfySocket } from './socket.ts';
import { markStarted, type TrackedPrompt } from './trackedPrompt.ts';

/** After a failed poll, the next one does not wait for the usual interval. */
const retryPollMs = 1_000;
const maxSilenceDoublings = 4;

/** The reason for ending a pause early; one shared object, since every prompt needs it. */
const due = new Error('a poll is due');

/** The part of the client that tracking needs. */
export interface PollerDeps extends Pick<ComfyClient, 'queue' | 'history'> {
  clock: Clock;
  logger: Logger;
  socket: Pick<ComfySocket, 'openSinceMs' | 'mayBeDeaf' | 'reopen'>;
}

export interface PollerConfig {
  pollIntervalMs: number;
  silentAfterMs: number;
  forgottenAfterMs: number;
  unreachableAfterMs: number;
  stalledAfterMs: number;
}

/**
 * Polls the queue and then the history, in this order: every few seconds while anything is tracked, and at once
 * when `pollNow` says that something may have ended.
 */
export interface Poller {
  /** Keeps polling until nothing is tracked. Calling it again does nothing. */
  keepPolling(): void;
  pollNow(): void;
  /** The socket said that it is over, so its history exists: one request instead of two. */
  readEnd(tracked: TrackedPrompt): void;
  /** The server gave a sign of life. */
  noteContact(): void;
}

interface PollerState {
  readonly deps: PollerDeps;
  readonly config: PollerConfig;
  readonly all: ReadonlyMap<string, TrackedPrompt>;
  lastContactMs: number;
  failedLooks: number;
}

export function createPoller(
  deps: PollerDeps,
  config: PollerConfig,
  all: ReadonlyMap<string, TrackedPrompt>,
): Poller {
  const state: PollerState = { deps, config, all, lastContactMs: deps.clock.monotonicMs(), failedLooks: 0 };
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
    let pauseMs = config.pollIntervalMs;
    try {
      while (all.size > 0) {
        if (!isLookDue) await rest(pauseMs);
        isLookDue = false;
        pauseMs = await poll(state);
      }
    } finally {
      // In one step with the last look at what is tracked: a prompt that comes after it begins the next polling.
      isLooking = false;
    }
  }

  function pollNow(): void {
    if (all.size === 0) return;
    isLookDue = true;
    pause.abort(due);
  }

  return {
    keepPolling() {
      if (isLooking) return;
      isLooking = true;
      lookOn().catch((error: unknown) => {
        // Polling has stopped, so no follow may go on waiting.
        for (const tracked of [...all.values()]) tracked.reject(error);
      });
    },
    pollNow,
    readEnd(tracked) {
      deps.history(tracked.promptId).then(
        // Any other finding is left to the polls, which ask twice.
        (entry) => (entry ? tracked.settle(outcomeOf(entry)) : pollNow()),
        pollNow,
      );
    },
    noteContact() {
      state.lastContactMs = deps.clock.monotonicMs();
    },
  };
}

/** Resolves to the time until the next poll. */
async function poll(state: PollerState): Promise<number> {
  const { deps, config, all } = state;
  // Absence counts only for prompts whose POST was settled before the poll began.
  const settled = new Set([...all.values()].filter((tracked) => tracked.posting === 'settled'));
  try {
    const queue = await deps.queue();
    const running = new Set(queue.running.map((item) => item.promptId));
    const pending = new Set(queue.pending.map((item) => item.promptId));
    for (const tracked of all.values()) {
      if (running.has(tracked.promptId)) seeRunning(state, tracked);
      else if (pending.has(tracked.promptId)) tracked.absentSinceMs = undefined;
    }
    const away = [...settled].filter(({ promptId }) => !running.has(promptId) && !pending.has(promptId));
    const entries = await Promise.all(away.map((tracked) => deps.history(tracked.promptId)));
    for (const [index, tracked] of away.entries()) {
      const entry = entries[index];
      if (entry) tracked.settle(outcomeOf(entry));
      else seeAbsent(state, tracked);
    }
    state.failedLooks = 0;
  } catch (error) {
    if (!(error instanceof ComfyFault)) throw error;
    deps.logger.debug({ err: error }, 'polling a backend failed');
    state.failedLooks += 1;
    giveUpIfUnreachable(state);
    return Math.min(retryPollMs, config.pollIntervalMs);
  }
  const isOneMissed = [...all.values()].some((tracked) => tracked.absentSinceMs !== undefined);
  return isOneMissed ? Math.min(config.forgottenAfterMs, config.pollIntervalMs) : config.pollIntervalMs;
}

/**
 * The socket must speak of a running prompt of ours. Silence alone proves nothing against the socket, since steps and
 * loads are silent for minutes; reopening one that may be deaf does no harm.
 */
function seeRunning({ deps, config }: PollerState, tracked: TrackedPrompt) {
  const nowMs = deps.clock.monotonicMs();
  tracked.absentSinceMs = undefined;
  if (!tracked.isStarted) {
    tracked.heardAtMs = nowMs;
    tracked.countedToMs = nowMs;
    markStarted(deps, tracked);
  }
  const { openSinceMs } = deps.socket;
  if (!tracked.isOurs || openSinceMs === undefined) return;
  tracked.wordlessMs += nowMs - Math.max(tracked.countedToMs, openSinceMs);
  tracked.countedToMs = nowMs;
  if (!tracked.isTimed && tracked.wordlessMs >= config.stalledAfterMs) tracked.settle({ kind: 'stalled' });
  if (!deps.socket.mayBeDeaf) return;
  if (nowMs - Math.max(tracked.heardAtMs, openSinceMs) < tracked.silenceLimitMs) return;
  const longestMs = config.silentAfterMs * 2 ** maxSilenceDoublings;
  tracked.silenceLimitMs = Math.min(longestMs, tracked.silenceLimitMs * 2);
  deps.socket.reopen('the queue says running and the socket is silent');
}

/** One empty poll proves nothing: queue and history are two calls, and a POST may just have been taken. */
function seeAbsent({ deps, config }: PollerState, tracked: TrackedPrompt) {
  const nowMs = deps.clock.monotonicMs();
  tracked.absentSinceMs ??= nowMs;
  if (nowMs - tracked.absentSinceMs >= config.forgottenAfterMs && tracked.absentSinceMs !== nowMs) {
    tracked.settle({ kind: 'forgotten' });
  }
}

function giveUpIfUnreachable({ deps, config, all, lastContactMs, failedLooks }: PollerState) {
  if (deps.socket.openSinceMs !== undefined || failedLooks < 2) return;
  if (deps.clock.monotonicMs() - lastContactMs < config.unreachableAfterMs) return;
  for (const tracked of [...all.values()]) tracked.settle({ kind: 'unreachable' });
}

/** An execution that ended without a file has failed, even if its status says success. */
function outcomeOf({ result, outputs, ranMs }: HistoryEntry): Outcome {
  if (result.kind === 'interrupted') return result;
  if (result.kind === 'failed') return { ...result, ranMs };
  if (outputs.length > 0) return { kind: 'succeeded', outputs, ranMs };
  const message = 'The execution succeeded without an output file.';
  const failure = { reason: 'no-output', nodeId: undefined, nodeType: undefined, message } as const;
  return { kind: 'failed', failure, ranMs };
}
