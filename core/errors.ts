/**
 * Every failure a person can meet has a code here; `api` maps code → HTTP status and `bot` code → sentence by
 * exhaustive records, so a new code fails to compile until both answer it. Codes are public and never renamed.
 * No HTTP in this file.
 */
export const problemCodes = [
  'invalid-params',
  'unauthenticated',
  'refresh-reused',
  'forbidden',
  'account-disabled',
  'not-found',
  'insufficient-credits',
  'credits-locked',
  'idempotency-conflict',
  'task-finished',
  'too-large',
  'unsupported-media',
  'rate-limited',
  'quota-exceeded',
  'daily-limit',
  'queue-full',
  'no-backend',
  'workflow-unavailable',
  'model-unusable',
  'unavailable',
  'internal',
  'generation-failed',
  'out-of-memory',
  'backend-lost',
  'timed-out',
  'content-refused',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

interface ProblemFacts {
  /** Short, the same for every occurrence. */
  title: string;
  /** Whether the same request can succeed later without being changed. */
  retryable: boolean;
}

export const problemFacts: Record<ProblemCode, ProblemFacts> = {
  'invalid-params': { title: 'The request has invalid values', retryable: false },
  unauthenticated: { title: 'Sign in first', retryable: false },
  'refresh-reused': { title: 'This session was ended for safety', retryable: false },
  forbidden: { title: 'Not allowed', retryable: false },
  'account-disabled': { title: 'This account is blocked', retryable: false },
  'not-found': { title: 'Not found', retryable: false },
  'insufficient-credits': { title: 'Not enough credits', retryable: false },
  'credits-locked': { title: 'These credits cannot be given away yet', retryable: true },
  'idempotency-conflict': { title: 'The Idempotency-Key was used for another request', retryable: false },
  'task-finished': { title: 'The task has already finished', retryable: false },
  'too-large': { title: 'Too large', retryable: false },
  'unsupported-media': { title: 'Unsupported media', retryable: false },
  'rate-limited': { title: 'Too many requests', retryable: true },
  'quota-exceeded': { title: 'Limit reached', retryable: true },
  'daily-limit': { title: 'The tasks of today are used up', retryable: true },
  'queue-full': { title: 'The queue is full', retryable: true },
  'no-backend': { title: 'No GPU server is available', retryable: true },
  'workflow-unavailable': { title: 'The workflow is unavailable', retryable: true },
  'model-unusable': { title: 'The model cannot be used', retryable: false },
  unavailable: { title: 'Temporarily unavailable', retryable: true },
  internal: { title: 'Something went wrong on the server', retryable: true },
  'generation-failed': { title: 'The generation failed', retryable: false },
  'out-of-memory': { title: 'The GPU servers have too little memory for this', retryable: false },
  'backend-lost': { title: 'The GPU server was lost', retryable: true },
  'timed-out': { title: 'The generation took too long', retryable: true },
  'content-refused': { title: 'The content was refused', retryable: false },
};

/** One fault of a request: an RFC 6901 pointer (no `#`) and a sentence. */
export interface PointedError {
  pointer: string;
  message: string;
}

export interface ProblemOptions {
  errors?: readonly PointedError[];
  /** Whole seconds after which trying again makes sense; shown as Retry-After. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * An expected failure. `detail` is shown to the person: it says what happened and what to do, and holds no
 * internals (paths, SQL, stack traces, addresses of backends).
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly PointedError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** An impossible state: a bug, never a user's fault. Throws where the condition does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${message}`);
}
