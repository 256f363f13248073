import type {
  InputAudio,
  InputImage,
  InputVideo,
  Lane,
  TaskType,
  WorkflowParams,
} from '@star-graph/workflows';
import type { TaskStatus } from '@star-graph/workflows/shared/taskStatuses';
import { Model } from 'objection';
import type { ProblemCode } from '../../errors.ts';

/**
 * The states of a task.
 *
 * `queued` is accepted and paid for (credits held) and waits for the leader. `assigned` has a slot on a backend under
 * the current attempt number; its prompt may be posted and may wait in ComfyUI's queue. `running` was seen to
 * execute. The other three are final.
 *
 * `taskMoves` has the moves between them. Every move is one conditional update on (id, attempt, status): the second of
 * two writers changes nothing.
 */
export {
  isTerminal,
  openStatuses,
  type TaskStatus,
  taskStatuses,
  terminalStatuses,
} from '@star-graph/workflows/shared/taskStatuses';

export interface TaskMeta {
  parentId?: string;
  sourceUrl?: string;
  clientRef?: string;
  visibility?: 'public' | 'private';
  /** The Activity in Discord on whose wall it is shown. */
  room?: string;
}

/** An input as it was when the task was accepted, so that binding never has to look at the asset again. */
export type TaskImage = TaskFile & (InputImage | InputVideo | InputAudio);

interface TaskFile {
  assetId: string;
  sha256: string;
  mime: string;
  storageKey: string;
}

/** Why a task failed: shown to the person as a problem document. */
export interface TaskError {
  code: ProblemCode;
  detail: string;
  /** Of a person's own graph: the node that broke off, as its server told of it. */
  node?: { id: string; type: string; exceptionType: string };
}

export class Task extends Model {
  static override tableName = 'tasks';
  static override jsonAttributes = ['params', 'meta', 'images', 'error'];
  declare id: string;
  declare userId: string;
  /** The key the task was made through: a service key's connection hears of it. */
  declare apiKeyId: string | null;
  declare type: TaskType;
  declare workflowName: string;
  declare workflowVersion: number;
  declare lane: Lane;
  declare status: TaskStatus;
  declare params: WorkflowParams;
  declare meta: TaskMeta;
  /** The pictures that the task starts from, by parameter name. */
  declare images: Record<string, TaskImage>;
  declare cost: number;
  /** The Discord server whose shared credits pay for it; null: the person does. Never changes. */
  declare payerGuildId: string | null;
  /** What was paid although it did not succeed: for a cancel after the start, or for all its time; part of `cost`. */
  declare cancelCharge: number;
  declare workUnits: number;
  declare estimateSeconds: number;
  declare cacheKey: string | null;
  declare cached: boolean;
  /** Fencing number: raised by each assignment, without limit. */
  declare attempt: number;
  /** Backend faults after the prompt was posted; at most 3. */
  declare failures: number;
  declare error: TaskError | null;
  declare parentId: string | null;
  /** Of the span that accepted it, as W3C Trace Context writes it: whoever works on it goes on with that trace. */
  declare traceparent: string | null;
  declare createdAt: Date;
  /** The earliest time of the next assignment, set by a retry. */
  declare notBefore: Date | null;
  declare startedAt: Date | null;
  declare finishedAt: Date | null;
  declare updatedAt: Date;
}

/** An administrator moved it to the front of the queue. It counts whenever the task waits, until the task ends. */
export class MovedTask extends Model {
  static override tableName = 'moved_tasks';
  static override idColumn = 'taskId';
  declare taskId: string;
  /** Of several, the one that was moved first is the first. */
  declare movedAt: Date;
}

export class IdempotencyRecord extends Model {
  static override tableName = 'idempotency';
  static override idColumn = ['userId', 'idempotencyKey'];
  declare userId: string;
  declare idempotencyKey: string;
  declare bodyHash: string;
  /** What it made: a task, or an asset from a link. */
  declare taskId: string | null;
  declare assetId: string | null;
  declare createdAt: Date;
}
