import type { Workflow } from '@star-graph/workflows';
import type { Graph } from '@star-graph/workflows/graph/graph';
import type { Logger } from 'pino';
import type { ComfyClient } from '../../../comfy/comfy.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Storage } from '../../../ground/storage/storage.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import type { Inspector } from '../../../people/safety/inspector.ts';
import type { ReadWordRules } from '../../../people/safety/wordRules.ts';
import type { CommitDeps } from '../../events/outbox/commitAndPublish.ts';
import type { ProgressBus } from '../../events/progressBus.ts';
import type { Fence } from '../../tasks/ownerFence.ts';
import type { RunTimes } from '../runTimes.ts';

/** One attempt in the hands of its backend's owner. */
export interface AssignedAttempt {
  fence: Fence;
  task: Task;
  workflow: Workflow;
  signals: AttemptSignals;
}

export interface AttemptSignals {
  /** The attempt must end: its task was cancelled, it is evicted, or the owner leaves it. */
  run: AbortSignal;
  /** The owner stops or lost the backend. It leaves everything as it is for the next owner. */
  left: AbortSignal;
}

/** A prompt of ours, before or after its POST. */
export interface OwnPrompt {
  promptId: string;
  graph: Graph;
  /** It was posted before, perhaps by another owner. It may never have arrived. */
  alreadyPosted: boolean;
  /** Its id was saved with the assignment. Default: no. */
  isSaved?: boolean;
  startedAt: Date | null;
}

/** Whether a POST may be sent: see `createLeaseAge`. */
export interface PostPermit {
  isYoung(): boolean;
  /** Renews now. @returns false when the backend has another owner. */
  renew(): Promise<boolean>;
}

/**
 * The place of an attempt among those of its backend, which executes prompts in the order of their POSTs. Attempts post
 * in the order in which the owner begins them: the order of their assignment, also for the next owner. A turn passes
 * when the POST was answered or its answer is lost, and when the attempt is told to end or has ended, so that none waits
 * for one that posts nothing any more.
 */
export interface PostTurn {
  /** Resolves when all earlier turns have passed. Rejects with the signal's reason. */
  comes(signal: AbortSignal): Promise<void>;
  pass(): void;
}

/** What an attempt tells the rest of its owner. */
export interface BackendHealth {
  /** The backend does not answer, or still holds `heldPromptId`. It gets no work until a later probe finds it well. */
  reportDown(reason: string, heldPromptId?: string): Promise<void>;
  /**
   * The graph began. From now on its models are the loaded ones, as `folder/name`.
   * @returns the usual seconds for loading its missing models; undefined when the models loaded before are unknown.
   */
  reportStarted(promptId: string, models: readonly string[]): number | undefined;
  /** What its graph is at, for the times of the backend. */
  reportActivity(promptId: string, activity: 'sampling' | 'loading' | 'other'): void;
  /** The graph is over, or is not followed any more. */
  reportOver(promptId: string): void;
  /** The graph ran to its end, even if its start was not seen. Only this backend has the result. */
  reportRan(): void;
}

export interface AttemptDeps extends CommitDeps {
  clock: Clock;
  logger: Logger;
  storage: Storage;
  catalogue: Pick<
    Catalogue,
    'loadWorkflow' | 'locateFiles' | 'refresh' | 'findUnfit' | 'backendsFor' | 'modelBytes'
  >;
  client: ComfyClient;
  progress: ProgressBus;
  wakeSignals: WakeSignals;
  permit: PostPermit;
  turn: PostTurn;
  health: BackendHealth;
  runTimes: Pick<RunTimes, 'learn' | 'expectSeconds'>;
  limits: AttemptLimits;
  /** Looks at outputs before anybody is shown them. */
  inspector?: Inspector | undefined;
  /** What a text among the outputs must not say. */
  wordRules: ReadWordRules;
}

export interface AttemptLimits {
  /** The longest time from the start of an execution to its end. */
  attemptTimeoutMs: number;
  /** The most bytes of one output file. */
  outputBytes: number;
  inputBytes: number;
  inputPixels: number;
  /**
   * Input folders of backends that this machine sees. A file in them gets a new modification time before it is sent
   * again.
   */
  inputDirs: readonly string[];
  /** For files on their way between storage and backends. */
  tempDirectory: string;
  /** How long a video may take to be checked. Default: 5 minutes. */
  filmCheckMs?: number;
  /** How long a backend may take to stop a prompt after being told to. */
  removePromptMs: number;
  /** Whether cancelling costs the share that was computed. People are shown that share. */
  chargesCancel: () => boolean;
}

/** The abort reason of `run` when the task did not begin and its backend executes nothing. The task goes elsewhere. */
export class Evicted extends Error {
  override name = 'Evicted';
}

/** The abort reason of `run` when the task did not begin and another backend would begin it sooner. */
export class Recalled extends Evicted {
  override name = 'Recalled';
}

/** The abort reason of `run` when an administrator puts the task back into the queue, begun or not. */
export class Requeued extends Evicted {
  override name = 'Requeued';
}

/** The task went on without this attempt, or the backend has another owner. Nothing more is written. */
export class AttemptLost extends Error {
  override name = 'AttemptLost';
}
