import type { Readable } from 'node:stream';
import type { NodeClassWords, ParsedInputs } from '@star-graph/workflows/graph/objectInfo';
import type { ModelFolder } from '@star-graph/workflows/models/loaders';
import type { MediaKind } from '@star-graph/workflows/shared/mediaKinds';
import type { Access } from './http/access.ts';

/**
 * What went wrong with one call. `unreachable`: no connection, or cut off. `timed-out`: no answer in time. `refused`: an answer
 * that says no (`status`). `malformed`: an answer that is not what ComfyUI answers. `file-gone`, `too-large`: see
 * `fetchOutput`; `too-large` also for an upload over the server's limit.
 */
export type ComfyFaultKind =
  | 'unreachable'
  | 'timed-out'
  | 'refused'
  | 'malformed'
  | 'file-gone'
  | 'too-large';

/** Details of a refusal besides its status. */
export interface Refused {
  status: number;
  /** The answer's `WWW-Authenticate`. */
  challenge?: string | undefined;
  /** The answer's `Location`. */
  location?: string | undefined;
  /** What was sent with the request. */
  sent?: Access['kind'];
}

/** For operators and for the dispatcher's decisions, never for users: the message names calls and statuses. */
export class ComfyFault extends Error {
  readonly kind: ComfyFaultKind;
  readonly status: number | undefined;
  readonly refused: Partial<Refused>;

  constructor(
    kind: ComfyFaultKind,
    message: string,
    { cause, ...refused }: Partial<Refused> & { cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'ComfyFault';
    this.kind = kind;
    this.status = refused.status;
    this.refused = refused;
  }
}

export interface BackendFacts {
  /** For instance `0.3.64`; undefined when the server does not say. */
  version: string | undefined;
  devices: { name: string; type: string; vramTotalBytes: number; vramFreeBytes: number }[];
  ramTotalBytes: number;
  ramFreeBytes: number;
  /** The limit on every request body, graphs included; undefined when the server does not say. */
  maxUploadBytes: number | undefined;
  /** How many nodes' results it keeps, models included (`--cache-lru`). 0: only those of the last prompt. */
  keptResults: number;
  /** `--preview-method` of its command; undefined where it was not given, and the default is none. */
  previewMethod: string | undefined;
  /** Whether `/api/jobs` exists, which cancels atomically. */
  hasJobsApi: boolean;
}

/** ComfyUI's folders of model files, as in `GET /models`, in the order of residency: the slowest to change first. */
export interface Inventory {
  /** The classes of nodes by their names. */
  classes: Record<string, NodeClass>;
  /** File names as loaders want them, by folder; empty where no loader of that folder is installed. */
  models: Record<ModelFolder, string[]>;
  /** `modelspec.architecture` of the checkpoints, diffusion models and LoRAs that have it, by `folder/name`. */
  architectures?: Record<string, string>;
  /** Sizes of the model files that the server tells, by `folder/name`. */
  bytes?: Record<string, number>;
}

export interface NodeClass {
  /** Whether a node of this class makes a graph runnable. */
  isOutput: boolean;
  /** Types of its nodes' outputs, by index. */
  outputs: string[];
  inputs: ParsedInputs;
  /** Their names in the order of the class's definition; absent in what an earlier release stored. */
  order?: string[];
  /** Its code is ComfyUI's own, by the server's word; absent in what an earlier release stored. */
  isCore?: true;
  /** Of ComfyUI's own classes; absent in what an earlier release stored. */
  words?: NodeClassWords;
}

export type PostResult =
  | { kind: 'accepted' }
  | { kind: 'refused'; refusal: Refusal }
  /** An error of the server, or not ComfyUI's answer: most likely the prompt is not queued. */
  | { kind: 'garbled' }
  /** The answer was lost: the prompt may or may not be queued. */
  | { kind: 'unknown' };

/** Why a graph was not taken. An accepted graph with faulty branches is refused too, and has been deleted by id. */
export interface Refusal {
  /**
   * `backend`: this server lacks a node class, a model or an input file, or cannot take the request at all; another
   * server may have it. `request`: the values or the graph are wrong everywhere.
   */
  reason: 'backend' | 'request';
  /** One line for a log, without paths, lists of files or tracebacks. */
  summary: string;
  errors: { nodeId: string; classType: string; type: string; input?: string }[];
}

export interface Queue {
  running: QueueItem[];
  /** The prompts that wait, in the order in which they will run. */
  pending: QueueItem[];
}

export interface QueueItem {
  promptId: string;
  number: number;
  /** Who posted it, where it says so. Ours have the ids of our clients, which proves nothing. */
  clientId: string | undefined;
}

export type Location = 'running' | 'pending' | 'finished' | 'absent';

/** A finished execution. A failed one may have outputs too, of the nodes that ran before. */
export interface HistoryEntry {
  promptId: string;
  result: { kind: 'succeeded' } | { kind: 'interrupted' } | { kind: 'failed'; failure: ExecutionFailure };
  /** From its start to its end, where the server tells both times. */
  ranMs?: number | undefined;
  outputs: OutputFile[];
}

export interface OutputFile {
  nodeId: string;
  filename: string;
  subfolder: string;
  /** ComfyUI's folder: `temp` for previews, which a restart wipes. */
  type: string;
  /** By extension, since ComfyUI lists videos under `images`. */
  media: MediaKind | 'other';
  isAnimated: boolean;
  /** What a node says, which is in no file. */
  text?: string;
}

export interface ExecutionFailure {
  /**
   * `request`: an input cannot be read or does not fit, so it fails on every server. `model-unreadable`: a loader's
   * file is damaged. `model-unsuited`: the loader makes nothing of a whole file. `models-clash`: weights do not fit each
   * other. `out-of-memory`: another server may have more. `server-fault`: what only a broken server gives. `node-error`:
   * anything else. `no-output`: it ran to its end and made no file.
   */
  reason:
    | 'request'
    | 'model-unreadable'
    | 'model-unsuited'
    | 'models-clash'
    | 'out-of-memory'
    | 'server-fault'
    | 'node-error'
    | 'no-output';
  nodeId: string | undefined;
  nodeType: string | undefined;
  /** The exception's class in Python, such as `RuntimeError`. */
  exceptionType?: string | undefined;
  /** One line, cleaned of tracebacks, tensors and paths of the server, at most 300 characters. For a log. */
  message: string;
}

/** `progress.percent` is a whole number over the whole graph that never falls within one follow. */
export type ExecutionEvent =
  | { type: 'started' }
  | { type: 'progress'; percent: number; nodeId?: string; nodeType?: string; step?: number; steps?: number }
  | { type: 'preview'; nodeId: string; mime: string; bytes: Uint8Array }
  /** A node has written them. Only the outcome says whether the execution succeeded. */
  | { type: 'output'; files: OutputFile[] };

/**
 * How a follow ends.
 * - `interrupted`: it was interrupted, perhaps by `cancel`.
 * - `refused`: `post` was refused.
 * - `forgotten`: absent from queue and history in two polls at least a second apart with no POST in flight: it was
 *   deleted from the queue, cleared, or the server restarted. It may be tried again under a new promptId.
 * - `unreachable`: the socket is down and the server did not answer for ten seconds. It may still be running there.
 * - `stalled`: the queue says that it runs, and for `stalledAfterMs` the open socket said nothing of it: its worker is
 *   dead or stuck, or the node at work is very slow and says nothing. Only a prompt that this client posted can stall;
 *   of another's the socket is always silent.
 */
export type Outcome =
  | { kind: 'succeeded'; outputs: OutputFile[]; ranMs?: number | undefined }
  | { kind: 'failed'; failure: ExecutionFailure; ranMs?: number | undefined }
  | { kind: 'interrupted' }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'forgotten' }
  | { kind: 'unreachable' }
  | { kind: 'stalled' };

export interface OutputStream {
  stream: Readable;
  /** As the server announced it; undefined when it did not. */
  bytes: number | undefined;
  /** The server's name for the type: only a hint, since it goes by the extension. */
  mime: string | undefined;
}
