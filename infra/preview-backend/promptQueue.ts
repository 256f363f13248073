import { isDeepStrictEqual } from 'node:util';
import type { Graph } from './graph/graph.ts';
import { heapify, heapPop, heapPush } from './heap.ts';
import type { JsonObject } from './json.ts';

/** A queued prompt. `extraData` may be null on 0.3.64, where that kills the worker. */
export interface QueueItem {
  number: number;
  promptId: string;
  graph: Graph;
  extraData: JsonObject | null;
  outputs: string[];
}

export type StatusMessage = [type: string, data: JsonObject];

/** How a run ended, as history shows it. */
export interface RunResult {
  outputs: JsonObject;
  meta: JsonObject;
  status: { status_str: 'success' | 'error'; completed: boolean; messages: StatusMessage[] };
}

export interface HistoryEntry extends RunResult {
  item: QueueItem;
}

/** ComfyUI's MAXIMUM_HISTORY_SIZE. */
const maximumHistory = 10_000;

export interface PromptQueue {
  /** Throws where Python's comparison of two queued items raises; the item is then queued all the same. */
  put(item: QueueItem): void;
  /** Resolves with the next item to run, or null when woken for flags or stopped. */
  take(): Promise<QueueItem | null>;
  finish(item: QueueItem, result: RunResult): void;
  /** Removes one pending prompt; false when it is not pending. */
  deletePending(promptId: string): boolean;
  clearPending(): void;
  /** Tells the clients the count again. */
  announce(): void;
  readonly running: readonly QueueItem[];
  /** The waiting prompts in heap order, as `/queue` shows them. */
  readonly pending: readonly QueueItem[];
  remaining(): number;
  history: Map<string, HistoryEntry>;
  setFlags(flags: { unloadModels: boolean; freeMemory: boolean }): void;
  takeFlags(): { unloadModels: boolean; freeMemory: boolean };
  /** Ends the waiting `take`; later ones resolve null. */
  stop(): void;
  /** Forgets everything, as a restart does. */
  forget(): void;
}

/** One queue, one running prompt, memory only: everything is lost with the process. */
export function createPromptQueue(onChange: () => void): PromptQueue {
  const pending: QueueItem[] = [];
  const running: QueueItem[] = [];
  const history = new Map<string, HistoryEntry>();
  let flags = { unloadModels: false, freeMemory: false };
  let wake: (() => void) | null = null;
  let stopped = false;
  const notify = (): void => {
    wake?.();
    wake = null;
  };

  return {
    put(item) {
      heapPush(pending, item, isBefore);
      onChange();
      notify();
    },
    async take() {
      while (!stopped && pending.length === 0 && !flags.unloadModels && !flags.freeMemory) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (stopped) return null;
      const item = heapPop(pending, isBefore);
      if (!item) return null;
      running.push(item);
      onChange();
      return item;
    },
    finish(item, result) {
      const index = running.indexOf(item);
      // After `forget` the run that was under way has no receiver.
      if (index < 0) return;
      running.splice(index, 1);
      if (history.size >= maximumHistory) history.delete(history.keys().next().value as string);
      // The same id again replaces the entry in its place, as a Python dict does.
      history.set(item.promptId, { item, ...result });
      onChange();
    },
    deletePending(promptId) {
      const index = pending.findIndex((item) => item.promptId === promptId);
      if (index < 0) return false;
      pending.splice(index, 1);
      heapify(pending, isBefore);
      onChange();
      return true;
    },
    clearPending() {
      pending.length = 0;
      onChange();
    },
    announce: onChange,
    running,
    pending,
    remaining: () => pending.length + running.length,
    history,
    setFlags(set) {
      flags = {
        unloadModels: flags.unloadModels || set.unloadModels,
        freeMemory: flags.freeMemory || set.freeMemory,
      };
      notify();
    },
    takeFlags() {
      const taken = flags;
      flags = { unloadModels: false, freeMemory: false };
      return taken;
    },
    stop() {
      stopped = true;
      notify();
    },
    forget() {
      pending.length = 0;
      running.length = 0;
      history.clear();
    },
  };
}

/**
 * Python compares the queued tuples: number, then prompt id, then the graphs, and two different graphs cannot be
 * ordered.
 */
function isBefore(a: QueueItem, b: QueueItem): boolean {
  if (a.number !== b.number) return a.number < b.number;
  if (a.promptId !== b.promptId) return a.promptId < b.promptId;
  if (isDeepStrictEqual(a.graph, b.graph) && isDeepStrictEqual(a.extraData, b.extraData)) return false;
  throw new TypeError("'<' not supported between instances of 'dict' and 'dict'");
}
