import type { Graph } from '@star-graph/workflows/graph/graph';
import type {
  BackendFacts,
  ComfyFault,
  ExecutionEvent,
  HistoryEntry,
  Inventory,
  Location,
  Outcome,
  OutputFile,
  OutputStream,
  PostResult,
  Queue,
} from './comfyAnswers.ts';
import type { ReadAccess } from './http/access.ts';
import type { BackendNetwork } from './http/network.ts';

export * from './comfyAnswers.ts';

export interface PostOptions {
  /**
   * Asks for previews of this prompt, as servers can since 0.33; their own default is none. Older ones show them if they
   * were started with `--preview-method`.
   */
  withPreviews?: boolean;
  signal?: AbortSignal;
}

/**
 * The port to one ComfyUI server. Everything a caller needs to know is in this file (what is asked) and in
 * `comfyAnswers.ts` (what is answered); `comfyClient.ts` has `createComfyClient`. The server is not trusted: the order
 * of its messages, its lists and its silence all have traps, and the shapes of the answers are free of them.
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
  post(promptId: string, graph: Graph, options?: PostOptions): Promise<PostResult>;

  /** Everybody's running and waiting prompts. */
  queue(signal?: AbortSignal): Promise<Queue>;
  /** The finished execution, or undefined: pending, running, deleted, forgotten in a restart, or never there. */
  history(promptId: string, signal?: AbortSignal): Promise<HistoryEntry | undefined>;
  /** Reads the queue first and the history second: the other way round, a prompt that ends between them is missed. */
  locate(promptId: string, signal?: AbortSignal): Promise<Location>;

  /**
   * Follows one execution to its end: by the socket for progress, by `queue` and `history` for the truth. Register it
   * before `post`; for a prompt that is on the server already (after a take-over) set `alreadyPosted`, else its
   * absence is not counted before `post` has settled. One with `isTimed` never stalls: its caller ends it, at a time
   * that is paid for. `onEvent` is called from the socket's handler: it must return
   * at once, and what it throws is logged. Rejects only with the signal's reason or because of `close`.
   */
  follow(
    execution: { promptId: string; graph: Graph; alreadyPosted?: boolean; isTimed?: boolean },
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

export interface InputImage {
  /** A file-backed blob (`fs.openAsBlob`) is sent without being held in memory. */
  bytes: Uint8Array<ArrayBuffer> | Blob;
  /** `<sha256>.<extension>` of these very bytes. */
  name: string;
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
  /** The socket is open again after it was closed: the server may have been started anew, with other files. */
  onReopened?: () => void;
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
