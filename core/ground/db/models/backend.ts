import type { CredentialKind } from '@star-graph/workflows/shared/backendCredentials';
import { Model } from 'objection';

/**
 * `unknown`: before its owner's first probe. `up`: it answered. `down`: it did not answer, executes nothing, or holds
 * a prompt it should not. `resting`: its circuit breaker is open. `trial`: the breaker is half-open and lets one task
 * through.
 */
export const backendStates = ['unknown', 'up', 'down', 'resting', 'trial'] as const;
export type BackendState = (typeof backendStates)[number];

/**
 * The states of a recycle, in their order; null: there is none. Its owner makes each move under its epoch and on
 * condition of the state before.
 *
 * `draining`: the backend takes no task and finishes what it has. It leaves this state once no slot is taken and its
 * queue is empty, also of other programs' prompts; until then an administrator may call the recycle off. The next
 * owner waits on.
 * `freeing`: it is told to drop its models, which count as dropped from then on. The next owner tells it again: a
 * backend that holds nothing has nothing to lose.
 * `restarting`: only with a restart hook, which was called or is about to be. The backend is expected back as a new
 * process. The next owner cannot know which, and calls the hook again. It has no task until the state is over, so a
 * second restart costs time alone. An owner that stood still does not call the hook late: it looks at its lease first.
 *
 * Its end, well or not, is one move: the state is null, and the backend takes tasks again unless an administrator wants
 * it drained. `draining` of the backend is true all the while, so no other part needs to know of a recycle.
 */
export const recycleStates = ['draining', 'freeing', 'restarting'] as const;
export type RecycleState = (typeof recycleStates)[number];

/** The result of the last probe. */
export interface BackendReport {
  comfyVersion: string;
  deviceName: string;
  vramTotalBytes: number;
  vramFreeBytes: number;
  maxUploadBytes: number;
  jobsApi: boolean;
  /** Prompts of other clients, running or pending. Absent in reports of earlier versions. */
  foreignPrompts?: number;
  /** For how many bytes of models it has room beside each other. Absent or 0: it keeps only those of the last prompt. */
  keptModelBytes?: number;
}

/**
 * The address of the one row that is no server: the film desk of the dispatcher that owns it (`filmDesk.ts`). Everybody
 * who counts or lists GPU servers leaves it out.
 */
export const filmDeskUrl = 'local://films';
/** What its report calls the device. */
export const filmDeskDevice = 'film desk';

/**
 * One ComfyUI server. It is owned by one dispatcher at a time: taking it raises `epoch`, and every write about its
 * tasks requires that epoch, so an owner that was paused and lost its lease writes nothing.
 */
export class Backend extends Model {
  static override tableName = 'backends';
  static override jsonAttributes = ['labels', 'facts', 'residency'];
  declare id: string;
  declare url: string;
  declare name: string;
  declare weight: number;
  declare labels: string[];
  declare enabled: boolean;
  /** `COMFYUI_URLS` put it into the pool and may take it out; false once an administrator added or removed it. */
  declare fromEnvironment: boolean;
  /**
   * The source of `dispatch/discovery` that put it into the pool and may take it out, also after that; null once an
   * administrator added or removed it, or `COMFYUI_URLS` named it.
   */
  declare discoveredBy: string | null;
  /** Since when its source no longer finds it. */
  declare missingSince: Date | null;
  /** Finishes what it has and takes nothing new. Also during a recycle. */
  declare draining: boolean;
  declare owner: string | null;
  declare epoch: number;
  declare leaseUntil: Date | null;
  declare state: BackendState;
  /** Why it is not up, in a sentence for operators. */
  declare stateReason: string | null;
  /** Encrypted; see `comfy/storedCredentials.ts`. */
  declare credentials: string | null;
  /** The part that is shown to administrators. */
  declare credentialsKind: CredentialKind | null;
  /** The environment gave them and may take them back. */
  declare credentialsFromEnvironment: boolean;
  declare facts: BackendReport | null;
  /** Model files that the last graph loaded, as `folder/name`. */
  declare residency: string[] | null;
  /** The prompt that loaded them. A server that does not know it was restarted. */
  declare residencyPromptId: string | null;
  declare recycleState: RecycleState | null;
  /** When the state began; without one, when the last recycle ended or was called off. */
  declare recycleSince: Date | null;
  /** Of the recycle under way, or of the last one, in a sentence for operators. */
  declare recycleReason: string | null;
  /** It takes tasks again afterwards: it was not drained before, and nobody drained it since. */
  declare recycleReturns: boolean;
  /** Why the last recycle did not do all it should, in a sentence for operators. */
  declare recycleFault: string | null;
  /** Since when its process is fresh: its last recycle, or a restart that was seen. Null until its owner looked. */
  declare freshSince: Date | null;
  /** The memory that it used when it was fresh and had models loaded. Null until that was measured. */
  declare memoryFloorBytes: number | string | null;
  declare seenAt: Date | null;
  declare createdAt: Date;
  declare removedAt: Date | null;
}

/** A backend's `/object_info`, reduced to what workflows need. */
export class InventoryRecord extends Model {
  static override tableName = 'inventories';
  static override idColumn = 'backendId';
  declare backendId: string;
  declare digest: string;
  declare content: string;
  declare updatedAt: Date;
}

export class Dispatcher extends Model {
  static override tableName = 'dispatchers';
  declare id: string;
  declare leaseUntil: Date;
}

export class Leader extends Model {
  static override tableName = 'leader';
  declare id: number;
  declare owner: string | null;
  declare epoch: number;
  declare leaseUntil: Date | null;
  /** Since when an administrator paused the queue: until it is null again, no task is assigned. */
  declare pausedAt: Date | null;
}

/**
 * The states of an attempt: `assigned` (slot taken, nothing posted) → `posted` (the prompt id was saved and a POST
 * may have been sent) → `running` → `ended`. A row of the first three states owns its slot; `ended` frees it. A leader
 * that owns the backend itself begins with `posted`.
 */
export const attemptStates = ['assigned', 'posted', 'running', 'ended'] as const;
export type AttemptState = (typeof attemptStates)[number];

/** What a node said when it failed, for administrators. */
export interface AttemptFailure {
  nodeId?: string;
  nodeType?: string;
  message: string;
  /** Model files that the graph loads, as `folder/name`. */
  models: string[];
  /** How long it had run, as far as its server measured it. */
  seconds?: number;
}

export class Attempt extends Model {
  static override tableName = 'attempts';
  static override idColumn = ['taskId', 'attempt'];
  static override jsonAttributes = ['failure'];
  declare taskId: string;
  declare attempt: number;
  declare backendId: string;
  declare promptId: string | null;
  declare state: AttemptState;
  /** Computed; null once it has ended. Unique with the task, which so has one open attempt at most. */
  declare readonly isOpen: 1 | null;
  /** Why it did not succeed, for operators. */
  declare fault: string | null;
  declare failure: AttemptFailure | null;
  /** How often owners after the first began to collect its result. */
  declare collects: number;
  declare assignedAt: Date;
  declare postedAt: Date | null;
  declare startedAt: Date | null;
  /** When the leader asked for it back; it is given back unless it has begun. */
  declare recalledAt: Date | null;
  /** When an administrator asked to put its task back into the queue, begun or not. */
  declare requeuedAt: Date | null;
  declare endedAt: Date | null;
  /** How long it had the GPU, of the time from its start to its end. Null before its end, and of earlier releases. */
  declare ranMs: number | null;
}

/** A place on a backend: 0 and 1, for one running and one waiting task. The primary key is the guard. */
export class Slot extends Model {
  static override tableName = 'slots';
  static override idColumn = ['backendId', 'slot'];
  declare backendId: string;
  declare slot: 0 | 1;
  declare taskId: string;
  declare attempt: number;
  declare takenAt: Date;
}

/** Learned seconds per work unit of a workflow on a backend (exponentially weighted). */
export class RunTime extends Model {
  static override tableName = 'run_times';
  static override idColumn = ['workflow', 'backendId'];
  declare workflow: string;
  declare backendId: string;
  declare secondsPerUnit: number;
  declare samples: number;
  declare updatedAt: Date;
}

/**
 * Model files that do not run on a backend: one that cannot be read, or some that do not fit each other. It holds
 * until `untilAt`, and only while the backend's files and nodes stay the same: a changed file may have mended it.
 */
export class ModelMark extends Model {
  static override tableName = 'model_marks';
  static override idColumn = ['backendId', 'modelsKey'];
  static override jsonAttributes = ['models'];
  declare backendId: string;
  /** SHA-256 of `models`, hex. */
  declare modelsKey: string;
  declare models: { folder: string; name: string }[];
  /** Why the files do not run, for operators. */
  declare reason: string;
  declare inventoryDigest: string;
  /** The task that found out. */
  declare taskId: string;
  /** How often in a row. */
  declare strikes: number;
  declare createdAt: Date;
  declare untilAt: Date;
}
