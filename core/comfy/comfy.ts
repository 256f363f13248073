import type { Graph } from '@star-graph/workflows/graph/graph';
import type { ModelFolder } from '@star-graph/workflows/models/loaders';
import type { Access, ReadAccess } from './http/access.ts';
import type { BackendNetwork } from './http/network.ts';

/**
 * The port to one ComfyUI server. Everything a caller needs to know is in this file; `comfyClient.ts` has
 * `createComfyClient`. The server is not trusted: the order of its messages, its lists and its silence all have
 * traps, and the shapes below are free of them.
 */
export interface ComfyClient {
  /**
   * Opens the one socket. Rejects with a `ComfyFault` when the first attempt fails (it may be called again); after
   * the first success the client reconnects by itself, with back-off, until `close`.
   */
  connect(): Promise<void>;
  /** Ends the socket and every follow (they reject with an `AbortError`). Prompts on the server are left alone. */
  close(): Promise<void>;

  /** Version, devices and limits. Rejects with a `ComfyFault` when the server has not answered within 3 s. */
  probe(): Promise<BackendFacts>;
  /** What the server can run: node classes, their inputs and the model files it sees now. */
  inventory(): Promise<Inventory>;

  /**
   * Stores an input image and resolves to the value for LoadImage's `image`. The name must come from the content (a
   * hash), since a pending prompt reads the file under that name when it runs.
   */
  upload(image: InputImage, signal?: AbortSignal): Promise<string>;

  /**
   * Posts a graph once, never twice. `promptId` is a fresh lower-case UUID v4, never used before. Call `follow` with
   * it first, so that no message is missed. Never rejects for what the server or the network did: a lost answer is
   * `unknown`, one that says nothing is `garbled`, and only `queue` and `history` (which `follow` reads) can tell what became of it.
   */
  post(promptId: string, graph: Graph, signal?: AbortSignal): Promise<PostResult>;

  /** Everybody's running and waiting prompts. */
  queue(signal?: AbortSignal): Promise<Queue>;
  /** The finished execution, or undefined: pending, running, deleted, forgotten in a restart, or never there. */
  history(promptId: string, signal?: AbortSignal): Promise<HistoryEntry | undefined>;
  /** Reads the queue first and the history second: the other way round, a prompt that ends between them is missed. */
  locate(promptId: string, signal?: AbortSignal): Promise<Location>;

  /**
   * Follows one execution to its end: by the socket for progress, by `queue` and `history` for the truth. Register it
   * before `post`; for a prompt that is on the server already (after a take-over) set `alreadyPosted`, else its
   * absence is not counted before `post` has settled. `onEvent` is called from the socket's handler: it must return
   * at once, and what it throws is logged. Rejects only with the signal's reason or because of `close`.
   */
  follow(
    execution: { promptId: string; graph: Graph; alreadyPosted?: boolean },
    onEvent: (event: ExecutionEvent) => void,
    signal?: AbortSignal,
  ): Promise<Outcome>;

  /**
   * Takes a prompt out of the queue and interrupts it if it runs; harmless when it does neither. Resolves when the
   * server has been told, which is not when it has stopped: a sampler stops at its next step, a loading model later.
   * Wait for `follow`, or for `locate` to say `finished` or `absent`.
   */
  cancel(promptId: string, signal?: AbortSignal): Promise<void>;

  /**
   * The bytes of an output file, as a stream that fails with a `ComfyFault` `too-large` beyond `maxBytes`, and
   * `timed-out` when it stalls. Rejects with `file-gone` for a cached execution whose file was deleted: run the graph
   * again with another seed.
   */
  fetchOutput(file: OutputFile, options: { maxBytes: number; signal?: AbortSignal }): Promise<OutputStream>;

  /** Asks the server to drop its models and cache between two prompts. It may happen late, so it is never a barrier. */
  free(): Promise<void>;

  /** Why a call failed, in a sentence that tells an operator what to do. It holds no secret. */
  explain(fault: ComfyFault): string;
}

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
  /** Its `WWW-Authenticate`. */
  challenge?: string | undefined;
  /** Its `Location`. */
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
  /** The limit on every request body, graphs included; undefined when the server does not say. */
  maxUploadBytes: number | undefined;
  /** How many nodes' results it keeps, models included (`--cache-lru`). 0: only those of the last prompt. */
  keptResults: number;
  /** Whether `/api/jobs` exists, which cancels atomically. */
  hasJobsApi: boolean;
}

/** ComfyUI's folders of model files, as in `GET /models`, in the order of residency: the slowest to change first. */
export interface Inventory {
  /** By class name. */
  classes: Record<string, NodeClass>;
  /** File names as loaders want them, by folder; empty where no loader of that folder is installed. */
  models: Record<ModelFolder, string[]>;
  /** `modelspec.architecture` of the checkpoints that have it, by `folder/name`. */
  architectures?: Record<string, string>;
  /** Sizes of the model files that the server tells, by `folder/name`. */
  bytes?: Record<string, number>;
}

export interface NodeClass {
  /** Whether a node of this class makes a graph runnable. */
  isOutput: boolean;
  /** Types of its nodes' outputs, by index. */
  outputs: string[];
  inputs: Record<string, NodeInput>;
}

export interface NodeInput {
  /** `INT`, `MODEL`, …; `COMBO` for a choice in either of the two forms; `*` where the type cannot be read. */
  type: string;
  isRequired: boolean;
  /** The allowed values of a choice; left out for uploaded files, of which a server may hold very many. */
  choices?: string[];
  /** Of a number. */
  min?: number;
  max?: number;
}

export interface InputImage {
  /** A file-backed blob (`fs.openAsBlob`) is sent without being held in memory. */
  bytes: Uint8Array<ArrayBuffer> | Blob;
  /** `<sha256>.<extension>` of these very bytes. */
  name: string;
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
  /** In the order in which they will run. */
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
  outputs: OutputFile[];
}

export interface OutputFile {
  nodeId: string;
  filename: string;
  subfolder: string;
  /** ComfyUI's folder: `temp` for previews, which a restart wipes. */
  type: string;
  /** By extension, since ComfyUI lists videos under `images`. */
  media: 'image' | 'video' | 'audio' | 'other';
  isAnimated: boolean;
}

export interface ExecutionFailure {
  /**
   * `request`: an input cannot be read or does not fit, so it fails on every server. `model-unreadable`: a loader
   * cannot make a model of its file, and never will. `models-clash`: weights do not fit each other. `out-of-memory`:
   * another server may have more. `node-error`: anything else. `no-output`: it ran to its end and made no file.
   */
  reason: 'request' | 'model-unreadable' | 'models-clash' | 'out-of-memory' | 'node-error' | 'no-output';
  nodeId: string | undefined;
  nodeType: string | undefined;
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
  | { kind: 'succeeded'; outputs: OutputFile[] }
  | { kind: 'failed'; failure: ExecutionFailure }
  | { kind: 'interrupted' }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'forgotten' }
  | { kind: 'unreachable' }
  | { kind: 'stalled' };

export interface OutputStream {
  stream: ReadableStream<Uint8Array>;
  /** As the server announced it; undefined when it did not. */
  bytes: number | undefined;
  /** The server's name for the type: only a hint, since it goes by the extension. */
  mime: string | undefined;
}

export interface ComfyConfig {
  /** For instance `http://10.0.0.7:8188`; a path is kept as a prefix. */
  url: string;
  /** Default: user and password of the address, where it has them. */
  readAccess?: ReadAccess;
  /** Default: one that trusts the usual authorities. */
  network?: BackendNetwork;
  /** For a call that is not a poll: uploads and downloads may stall no longer than this. Default 30 s. */
  httpTimeoutMs?: number;
  /** For a poll (probe, queue, history). Default 3 s. */
  lookTimeoutMs?: number;
  /** For the socket's handshake. Default 3 s. */
  handshakeTimeoutMs?: number;
  /** Between two polls while prompts are tracked. Default 3 s. */
  pollIntervalMs?: number;
  /** Default 5 s; two unanswered pings drop the socket. */
  pingIntervalMs?: number;
  /**
   * When one of our prompts runs and the socket says nothing about it for so long, the socket is reopened if the
   * server may have forgotten whose it is (see `ComfySocket`); otherwise silence proves nothing. Default 10 s.
   */
  silentAfterMs?: number;
  /** Between the two empty polls that make a prompt forgotten. Default 1 s. */
  forgottenAfterMs?: number;
  /** Without any sign of life from the server. Default 10 s. */
  unreachableAfterMs?: number;
  /** Without a word about a running prompt of ours. A large model loads for minutes in silence. Default: never. */
  stalledAfterMs?: number;
}
