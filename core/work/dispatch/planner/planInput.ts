import type { Lane } from '@star-graph/workflows';

import type { ModelBytes } from '../../../library/catalogue/modelBytes.ts';
import type { Residency } from './residency.ts';

/** A task that waits for a slot. */
export interface ReadyTask {
  id: string;
  /** The number of the last attempt; the assignment raises it. */
  attempt: number;
  userId: string;
  lane: Lane;
  workflowName: string;
  workUnits: number;
  /** How long the task runs on an ordinary backend. */
  estimateSeconds: number;
  /** Wall time of acceptance. */
  createdAtMs: number;
  /** When an administrator moved it to the front of the queue. */
  movedAtMs?: number | undefined;
  /** Ids of backends that have all that it needs. Tasks with equal needs share one set. */
  runsOn: ReadonlySet<string>;
  /** Ids of backends on which an attempt of it failed. */
  failedOn: ReadonlySet<string>;
  /** The models it leaves loaded. */
  residency: Residency;
}

/** A backend that takes tasks. */
export interface OpenBackend {
  id: string;
  freeSlots: readonly (0 | 1)[];
  /** It has work, ours or another client's, so a further task would wait. */
  isBusy: boolean;
  /** Expected seconds until its present work is done. */
  outstandingSeconds: number;
  /** The models that will be loaded then; undefined when nothing is known. */
  residency: Residency | undefined;
  /** Its learned time for loading models, as a multiple of the usual. */
  loadFactor: number;
  /** For how many bytes of models it has room when it keeps those of earlier prompts. 0: it keeps only the last ones. */
  keptBytes: number;
  /** Sizes of its files, if it uses some of another precision. Default: the usual ones. */
  bytes?: ModelBytes | undefined;
  /** Its speed as a multiple of an ordinary backend's, set by its operator; counts until run times are learned. */
  weight: number;
  /** Learned seconds per work unit, by workflow. */
  secondsPerUnit: ReadonlyMap<string, number>;
  /** What a workflow usually takes says nothing here until it was measured. Default: false. */
  lacksGpu?: boolean;
  /** Its present work was never measured here, so nobody knows when it is done. Default: false. */
  isGuess?: boolean;
  /** A long task is in its slots. */
  holdsLong: boolean;
  /** Attempts in its slots that have not begun. */
  unbegun: readonly UnbegunAttempt[];
}

export interface UnbegunAttempt {
  taskId: string;
  attempt: number;
  userId: string;
  apiKeyId: string | null;
  /** Expected seconds until it begins: the time of the work before it. */
  beginsAfterSeconds: number;
  /** Expected seconds until its result. */
  readyAfterSeconds: number;
  /** It, or what is before it, was never measured there. */
  isGuess: boolean;
  isRecalled: boolean;
}

export interface PlanInput extends PlanFacts {
  ready: readonly ReadyTask[];
}

/** What a plan is told beside the waiting tasks. */
export interface PlanFacts {
  /** Up, enabled, not draining, owned. Includes backends without a free slot, which may be worth waiting for. */
  backends: readonly OpenBackend[];
  /** Default: none. */
  prefetched?: readonly PrefetchedTask[];
  nowMs: number;
  /** GPU-seconds by weight that each person got, lifted to the least of those who wait when they come back. */
  servedSeconds: ReadonlyMap<string, number>;
  /** The first task in a person's line comes next if it waited longer as the first. */
  longestWaitMs: number;
  /** Since when the first task of each person is the first, by task. Default: since its acceptance. */
  firstSinceMs?: ReadonlyMap<string, number>;
  /** Since when tasks wait for these large models without a break, by `base` of their residency. Default: only now. */
  wantedSinceMs?: ReadonlyMap<string, number>;
  /** What people have of the pool, where it is not what everybody has: a weight of 1 and no limit. Default: nobody. */
  policies?: ReadonlyMap<string, PersonPolicy>;
  /** Expected seconds until each slot is free that a person holds, on any backend, by person. Default: none is held. */
  heldSeconds?: ReadonlyMap<string, readonly number[]>;
  /** How many waiting tasks get an estimate: the end of a long queue is not worth computing. */
  estimates: number;
  /** No later task than this one gets an estimate. Default: as many as `estimates` says. */
  lastEstimate?: string;
}

/** What a person has of the pool, by their role. */
export interface PersonPolicy {
  /** Their share of GPU-seconds beside others, as a multiple of an ordinary person's. */
  weight: number;
  /** How many slots they may hold at once; null: no limit. */
  simultaneousTasks: number | null;
}

/** An assigned task that waits on its backend behind other work. */
export interface PrefetchedTask {
  /** `attempt` is the one that waits. */
  task: ReadyTask;
  backendId: string;
  /** Expected seconds until the backend begins it. */
  beginsAfterSeconds: number;
  /** It was recalled, and its owner has not given it back yet. */
  isRecalled: boolean;
}
