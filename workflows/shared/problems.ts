interface ProblemFacts {
  /** Short, the same for every occurrence. */
  title: string;
  /** The status of its HTTP answer. */
  status: number;
  /** Whether the same request can succeed later without being changed. */
  retryable: boolean;
}

/**
 * Every failure that a person can meet. Codes are public and never renamed. Each has a page in `infra/docs/problems`, and
 * a sentence in `problemTexts.ts`.
 */
export const problems = {
  'invalid-params': { title: 'The request has invalid values', status: 422, retryable: false },
  unauthenticated: { title: 'Sign in first', status: 401, retryable: false },
  'refresh-reused': { title: 'This session was ended for safety', status: 401, retryable: false },
  'second-factor-needed': { title: 'The second factor is needed', status: 403, retryable: false },
  'presence-required': { title: 'Show that it is you', status: 403, retryable: false },
  forbidden: { title: 'Not allowed', status: 403, retryable: false },
  'account-disabled': { title: 'This account is blocked', status: 403, retryable: false },
  'not-found': { title: 'Not found', status: 404, retryable: false },
  'insufficient-credits': { title: 'Not enough credits', status: 402, retryable: false },
  'credits-locked': { title: 'These credits cannot be given away yet', status: 403, retryable: true },
  'idempotency-conflict': {
    title: 'The Idempotency-Key was used for another request',
    status: 409,
    retryable: false,
  },
  'changed-meanwhile': { title: 'It was changed meanwhile', status: 409, retryable: false },
  'task-finished': { title: 'The task has already finished', status: 409, retryable: false },
  'too-large': { title: 'Too large', status: 413, retryable: false },
  'unsupported-media': { title: 'Unsupported media', status: 415, retryable: false },
  'rate-limited': { title: 'Too many requests', status: 429, retryable: true },
  'quota-exceeded': { title: 'Limit reached', status: 429, retryable: true },
  'daily-limit': { title: 'The limit of today is used up', status: 429, retryable: true },
  'queue-full': { title: 'The queue is full', status: 503, retryable: true },
  'no-backend': { title: 'No GPU server is available', status: 503, retryable: true },
  'workflow-unavailable': { title: 'The workflow is unavailable', status: 503, retryable: true },
  'model-unusable': { title: 'The model cannot be used', status: 503, retryable: false },
  unavailable: { title: 'Temporarily unavailable', status: 503, retryable: true },
  internal: { title: 'Something went wrong on the server', status: 500, retryable: true },
  'generation-failed': { title: 'The generation failed', status: 500, retryable: false },
  'out-of-memory': {
    title: 'The GPU servers have too little memory for this',
    status: 500,
    retryable: false,
  },
  'backend-lost': { title: 'The GPU server was lost', status: 502, retryable: true },
  'timed-out': { title: 'The generation took too long', status: 504, retryable: true },
  'graph-failed': { title: 'The graph broke off', status: 422, retryable: false },
  'out-of-time': { title: 'The graph used up its time', status: 422, retryable: false },
  'content-refused': { title: 'The content was refused', status: 422, retryable: false },
} as const satisfies Record<string, ProblemFacts>;

export const problemTypePrefix = 'urn:star-graph:problem:';

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as ProblemCode[];
