import type { Workflow } from '@star-graph/workflows';
import type { Graph } from '@star-graph/workflows/graph/graph';
import type { Logger } from 'pino';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ComfyClient } from '../../comfy/comfy.ts';
import type { Database } from '../../db/connect.ts';
import type { Task } from '../../db/models/task.ts';
import type { ProgressBus } from '../../events/live/progressBus.ts';
import type { WakeSignals } from '../../redis/wakeSignals.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Fence } from '../../tasks/attempt/fence.ts';
import type { RunTimes } from '../runTimes.ts';

/** One attempt in the hands of its backend's owner. */
export interface Attempt {
  fence: Fence;
  task: Task;
  workflow: Workflow;
  signals: AttemptSignals;
}

export interface AttemptSignals {
  /** The attempt is to end: its task was cancelled, it is evicted, or the owner leaves it. */
  run: AbortSignal;
  /** The owner leaves everything as it is, for the next one: it stops, or lost the backend. */
  left: AbortSignal;
}

/** A prompt of ours as it was, or is to be, posted. */
export interface OwnPrompt {
  promptId: string;
  graph: Graph;
  /** It was posted before, perhaps by another owner, and perhaps never arrived. */
  alreadyPosted: boolean;
  startedAt: Date | null;
}

/** Whether a POST may be sent: see `createLeaseAge`. */
export interface PostPermit {
  isYoung(): boolean;
  /** Renews now. @returns false when the backend has another owner. */
  renew(): Promise<boolean>;
}

/** What an attempt tells the rest of its owner. */
export interface BackendHealth {
  /**
   * The backend does not answer, or goes on holding `heldPromptId`: nothing goes there until a probe that began later
   * finds it well.
   */
  reportDown(reason: string, heldPromptId?: string): Promise<void>;
  /**
   * The graph began: its models are what is loaded from now on, as `folder/name`.
   * @returns the usual seconds of what had to be loaded for it; undefined when nobody knows what was before.
   */
  reportStarted(promptId: string, models: readonly string[]): number | undefined;
  /** The graph ran to its end, seen to begin or not: what is left is its result, which no other backend has. */
  reportRan(): void;
}

export interface AttemptDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  storage: Storage;
  catalogue: Pick<Catalogue, 'loadWorkflow' | 'locateFiles' | 'refresh' | 'findUnfit' | 'backendsFor'>;
  client: ComfyClient;
  progress: ProgressBus;
  wakeSignals: WakeSignals;
  permit: PostPermit;
  health: BackendHealth;
  runTimes: Pick<RunTimes, 'learn' | 'expectSeconds'>;
  limits: AttemptLimits;
}

export interface AttemptLimits {
  /** From the start of its execution to its end. */
  attemptTimeoutMs: number;
  /** Of one output file. */
  outputBytes: number;
  inputBytes: number;
  inputPixels: number;
  /** Input folders of backends that this machine sees: what is in them is made young before it is sent again. */
  inputDirs: readonly string[];
  /** For files on their way between storage and backends. */
  tempDirectory: string;
  /** How long a video may take to be checked. Default: 5 minutes. */
  filmCheckMs?: number;
  /** How long a backend may take to stop a prompt it was told to stop. */
  removePromptMs: number;
  /** Whether cancelling costs the share that was computed, so that people are shown it. */
  chargesCancel: boolean;
}

/** The reason with which `run` aborts when the task did not begin and its backend executes nothing: it goes elsewhere. */
export class Evicted extends Error {
  override name = 'Evicted';
}

/** The reason with which `run` aborts when the task did not begin and another backend would begin it sooner. */
export class Recalled extends Evicted {
  override name = 'Recalled';
}

/** The task went on without this attempt, or the backend has another owner: nothing more is written. */
export class AttemptLost extends Error {
  override name = 'AttemptLost';
}
